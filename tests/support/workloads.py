# SPDX-License-Identifier: Apache-2.0
"""Real programs with inputs that are the same each time, for tests and bench.

A Workload is one command with its inputs; `prepare` makes them in a folder,
`results` reads what it left there.
"""

import pathlib
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Callable

SQL = """
create table t(id integer primary key, name text, value real, tag text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < {0})
insert into t select i, 'name ' || (i * 7919 % 10007), i * 1.5,
    substr('abcdefghij', i % 10 + 1, 3) from n;
create index by_name on t(name);
create index by_tag on t(tag, value);
select tag, count(*), sum(value), max(name) from t group by tag;
select a.name, b.id from t a join t b on a.name = b.name and a.id < b.id
    order by a.name, b.id limit 20;
update t set value = value * 2 where id % 3 = 0;
delete from t where id % 7 = 0;
select json_group_array(json_object('id', id, 'name', name)) from
    (select * from t where id < 40);
select count(*), group_concat(distinct tag) from t;
vacuum;
pragma integrity_check;
"""

PYTHON = """
import collections, json, re, textwrap
records = [{{"id": i, "name": "name %d" % (i * 7919 % 10007),
            "tags": ["t%d" % (i % k + 1) for k in (2, 3, 5)]}}
           for i in range({0})]
text = json.dumps(records)
again = json.loads(text)
assert again == records
words = re.findall(r"[a-z]+ \\d+", text)
count = collections.Counter(words)
tree = {{}}
for record in again:
    tree.setdefault(record["tags"][2], []).append(record["name"])
print(len(text), len(words), count.most_common(3))
print(textwrap.shorten(" ".join(sorted(tree)), 60))
class Node:
    def __init__(self, left, right):
        self.left, self.right = left, right
def grow(depth):
    return Node(grow(depth - 1), grow(depth - 1)) if depth else None
print(sum(1 for _ in range(6) if grow(11)))
"""

GIT = """
set -e
git init -q -b main .
git config user.name Tester; git config user.email tester@example.org
git config pack.threads 1; git config index.threads false
git config core.preloadindex false; git config gc.auto 0
i=0
while [ $i -lt 60 ]; do
    mkdir -p d$((i % 7)); seq $i $((i * 3 + 200)) > d$((i % 7))/file$i
    i=$((i + 1))
done
git add .
git commit -q -m first
seq 1 5000 > d0/file0; git mv d1/file1 moved
git add -A
git commit -q -m second
git log --stat --format='%H %s %an'
git diff HEAD~1 --stat
git gc -q
git fsck --full
git count-objects -v
git rev-parse HEAD
"""


def write(name, text):
    return lambda folder: (folder / name).write_text(text)


def nothing(_folder):
    return None


def json_text(count):
    rows = ",\n".join(
        '{"id": %d, "kind": "k%d", "text": "%s", "list": [%d, %d.5, null]}'
        % (i, i * 31 % 17, "word " * (i % 12), i, i % 100)
        for i in range(count))
    return f"[{rows}]\n"


def c_text(count):
    lines = ["unsigned long strlen(const char *);"]
    for i in range(count):
        lines.append(f"""
struct s{i} {{ int a; double b; char c[{i % 30 + 1}]; struct s{i} *next; }};
static int f{i}(struct s{i} *s, int n)
{{
    int sum = 0;
    for (int i = 0; i < n; i++) {{
        if (s->c[i % sizeof s->c] == {i % 127}) sum += i * {i};
        else sum ^= (int)(s->b * {i}.5) + s->a;
        switch (sum & 7) {{ case 0: sum += n; break; case 3: sum -= {i};
        break; default: sum = sum * 3 + (int)strlen(s->c); }}
    }}
    return s->next && n > 0 ? sum + f{i}(s->next, n - 1) : sum;
}}
int g{i}(int n) {{ struct s{i} s = {{n, n * 2.0, "x", 0}};
    return f{i}(&s, n); }}""")
    return "\n".join(lines)


@dataclass
class Workload:
    name: str
    command: list
    inputs: Callable = nothing
    environment: dict = field(default_factory=dict)
    status: int = 0
    exact: bool = True      # the same number of calls in every run
    valgrind: bool = False  # and Valgrind's totals are asked as well
    outputs: tuple = ()

    def prepare(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.inputs(folder)
        return folder

    def results(self, folder):
        return {name: (pathlib.Path(folder) / name).read_bytes()
                for name in self.outputs}


def sqlite(scale):
    return Workload(
        "sqlite3", ["sqlite3", "-batch", "base.db", ".read script.sql"],
        write("script.sql", SQL.format(50000 * scale)), valgrind=scale == 1,
        outputs=("base.db",))


def jq(scale):
    program = ("group_by(.kind) | map({kind: .[0].kind, count: length, "
               "ids: map(.id) | add, texts: map(.text | ascii_upcase) | "
               "unique | length}) | tojson | fromjson")
    return Workload("jq", ["jq", program, "data.json"],
                    write("data.json", json_text(4000 * scale)),
                    valgrind=scale == 1)


def git(_scale):
    dates = {"GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
             "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z",
             "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent",
             "PAGER": "cat", "LC_ALL": "C"}
    return Workload("git", ["sh", "script"], write("script", GIT),
                    environment=dates, exact=False)


def python(scale):
    return Workload(
        "python3", ["/usr/bin/python3", "-S", "script.py"],
        write("script.py", PYTHON.format(6000 * scale)),
        environment={"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0",
                     "PYTHONDONTWRITEBYTECODE": "1"})


def gcc(scale):
    return Workload("gcc", ["gcc", "-O1", "-c", "big.c", "-o", "big.o"],
                    write("big.c", c_text(250 * scale)), outputs=("big.o",),
                    environment={"LC_ALL": "C"}, exact=False)


def cc1(scale):
    """The compiler proper, for tools that do not follow an exec."""
    program = subprocess.run(["gcc", "-print-prog-name=cc1"], check=True,
                             stdout=subprocess.PIPE).stdout.decode().strip()
    return Workload(
        "cc1", [program, "-quiet", "-O1", "big.c", "-o", "big.s"],
        write("big.c", c_text(250 * scale)), exact=False)


def cxx(built):
    return lambda scale: Workload(
        "cxx", [f"{built}/stl_mill", "4", str(20000 * scale)], status=3)


def cxx_alone(built):
    return lambda scale: Workload(
        "cxx-alone", [f"{built}/stl_mill", "1", str(20000 * scale)],
        status=3, valgrind=scale == 1)


def rust(built):
    return lambda scale: Workload(
        "rust", [f"{built}/channels", "4", str(20000 * scale)], status=5,
        exact=False)


def rust_alone(built):
    return lambda scale: Workload(
        "rust-alone", [f"{built}/channels", "0", str(100000 * scale)],
        status=5)


def find(name, built, scale=1):
    makers = {"sqlite3": sqlite, "jq": jq, "git": git, "python3": python,
              "gcc": gcc, "cc1": cc1,
              "cxx": cxx(built), "cxx-alone": cxx_alone(built),
              "rust": rust(built), "rust-alone": rust_alone(built)}
    return makers[name](scale)
