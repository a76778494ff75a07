#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hold the names of places against addr2line and llvm-symbolizer, and the
names of a program whose debug information was taken away or moved against
those it had.

    check_symbols.py NAME_PLACES CHECK FILE
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FEW = 8  # a subject has at least so many calls


def run(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True,
                          check=True).stdout


def find(file):
    """A library by its name alone is that of this machine."""
    if '/' in file:
        return file
    for line in run('ldconfig', '-p').splitlines():
        if line.split()[:1] == [file] and 'x86-64' in line:
            return os.path.realpath(line.split()[-1])
    sys.exit(f'{file}: not found')


def build_id(file):
    found = re.search(r'Build ID: ([0-9a-f]+)', run('readelf', '-n', file))
    return found[1] if found else ''


def calls(file):
    """The address of the last byte of every call instruction."""
    places = []
    after_call = False
    for line in run('objdump', '-d', '--no-show-raw-insn',
                    '--section=.text', file).splitlines():
        found = re.match(r' +([0-9a-f]+):\t(\S+)', line)
        if not found:
            after_call = False
            continue
        if after_call:
            places.append(int(found[1], 16) - 1)
        after_call = found[2].startswith('call')
    return places


def parse(lines):
    """Lines of an address, then of two lines a frame."""
    frames = {}
    at = None
    pending = None
    for line in lines:
        if re.fullmatch(r'0x[0-9a-f]+', line):
            at = frames.setdefault(int(line, 16), [])
        elif pending is None:
            pending = line
        else:
            at.append((pending, re.sub(r' \(discriminator \d+\)', '', line)))
            pending = None
    return frames


def name_places(tool, file, identity, places, debug_path=None):
    """The frames of each place, and the state of the file."""
    text = ''.join(f'{place:x}\n' for place in places)
    command = [tool, file, identity] + ([debug_path] if debug_path else [])
    lines = run(*command, text=text).splitlines()
    return parse(lines[:-1]), lines[-1]


ORACLES = {
    'addr2line': ['addr2line', '-a', '-i', '-f', '-e'],
    'llvm': ['llvm-symbolizer-14', '--output-style=GNU', '--no-demangle',
             '--debug-file-directory=/usr/lib/debug', '-a', '-i', '-f', '-e'],
}


def ask(oracle, file, places):
    text = ''.join(f'0x{place:x}\n' for place in places)
    lines = run(*ORACLES[oracle], file, text=text).splitlines()
    frames = parse(line for line in lines if line)
    names = sorted({name for stack in frames.values() for name, _ in stack})
    readable = run('c++filt', '-p', text='\n'.join(names)).split('\n')
    names = dict(zip(names, readable))
    return {place: [(names[name], line) for name, line in stack]
            for place, stack in frames.items()}


def base_line(line):
    """file:line without folders; an unknown part is 0."""
    file, number = os.path.basename(line).rsplit(':', 1)
    return file, 0 if number == '?' else int(number)


def reduce(name):
    """A name without versions, clone suffixes, numbers of closures, and
    what c++filt adds to Rust's: hashes and the types of constants."""
    name = name.split('@')[0]
    name = re.sub(r'\[[0-9a-f]{1,16}\]', '', name)
    name = re.sub(r'::h[0-9a-f]{16}(?=$|\.)', '', name)
    name = re.sub(r'(?<=[0-9]): [ui](size|[0-9]+)', '', name)
    name = re.sub(r'\{lambda\([^()]*\)#[0-9]+\}', '{lambda}', name)
    name = re.sub(r'\([^()]*\) const(?=::)', '', name)
    return re.sub(r'(\.(cold|constprop|isra|llvm|localalias|part|[0-9]+))+$',
                  '', name)


def same_name(ours, theirs):
    """Ours has the scopes of functions without linkage."""
    ours, theirs = reduce(ours), reduce(theirs)
    return ours == theirs or ours.endswith('::' + theirs)


def same_frame(ours, theirs):
    return (base_line(ours[1]) == base_line(theirs[1]) and
            same_name(ours[0], theirs[0]))


def same_stack(ours, theirs):
    """Where there is no debug information, only the name is compared."""
    if all(base_line(line)[1] == 0 for _, line in ours + theirs):
        return same_name(ours[0][0], theirs[0][0])
    return (len(ours) == len(theirs) and
            all(map(same_frame, ours, theirs)))


def compare(oracle, tool, file, any_name=False):
    """Compare all calls; with `any_name`, functions that were not inlined
    may go by any of their names, of which a C library has many."""
    places = calls(file)
    ours, state = name_places(tool, file, build_id(file), places)
    theirs = ask(oracle, file, places)
    for place in places if any_name else []:
        theirs[place][-1] = (ours[place][-1][0], theirs[place][-1][1])
    wrong = [place for place in places
             if not same_stack(ours[place], theirs[place])]
    for place in wrong[:4]:
        print(f'0x{place:x}\n  {str(ours[place])[:300]}\n'
              f'  {str(theirs[place])[:300]}')
    inlined = sum(len(stack) > 1 for stack in ours.values())
    print(f'{file}: {len(places)} calls, {inlined} with inlined frames, '
          f'{len(wrong)} differ ({state})')
    # Names of one address, and of assembly, are a matter of choice.
    return len(places) < FEW or len(wrong) * 500 > len(places)


def check_addr2line(tool, file):
    return compare('addr2line', tool, file)


def check_llvm(tool, file):
    return compare('llvm', tool, file)


def check_llvm_lines(tool, file):
    return compare('llvm', tool, file, any_name=True)


def whole(tool, file):
    """The program as it was built: what the others must come to."""
    places = calls(file)
    frames, state = name_places(tool, file, build_id(file), places)
    assert state == 'debug information', state
    assert len(places) > FEW
    return places, frames


def report(expected, got, state, wanted_state='debug information'):
    wrong = [place for place in expected if expected[place] != got[place]]
    print(f'{len(expected)} calls, {len(wrong)} differ ({state})')
    return bool(wrong) or state != wanted_state


def split(file, folder):
    """Strip a copy of the program. Returns it and its debug file."""
    copy = str(Path(folder) / 'program')
    debug = str(Path(folder) / 'program.debug')
    shutil.copy(file, copy)
    run('objcopy', '--only-keep-debug', copy, debug)
    run('strip', copy)
    return copy, debug


def file_debug(identity, debug, folder):
    """Put a debug file where its build-id says, below `folder`."""
    place = Path(folder) / '.build-id' / identity[:2]
    place.mkdir(parents=True)
    shutil.move(debug, place / f'{identity[2:]}.debug')
    return folder


def check_debug_directory(tool, file):
    places, expected = whole(tool, file)
    identity = build_id(file)
    with tempfile.TemporaryDirectory() as folder:
        copy, debug = split(file, folder)
        root = file_debug(identity, debug, folder)
        got, state = name_places(tool, copy, identity, places, root)
    return report(expected, got, state)


def check_debug_link(tool, file):
    places, expected = whole(tool, file)
    with tempfile.TemporaryDirectory() as folder:
        copy, debug = split(file, folder)
        run('objcopy', f'--add-gnu-debuglink={debug}', copy)
        got, state = name_places(tool, copy, build_id(file), places)
    return report(expected, got, state)


def check_deleted(tool, file):
    """The program is gone or was replaced; its debug file is there."""
    places, expected = whole(tool, file)
    identity = build_id(file)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        copy, debug = split(file, folder)
        root = file_debug(identity, debug, folder)
        shutil.copy('/bin/true', copy)
        got, state = name_places(tool, copy, identity, places, root)
        failed |= report(expected, got, state)
        os.unlink(copy)
        got, state = name_places(tool, copy, identity, places, root)
        failed |= report(expected, got, state)
    return failed


def check_mini_debug_info(tool, file):
    """Only a compressed symbol table is left, inside the program."""
    places, expected = whole(tool, file)
    with tempfile.TemporaryDirectory() as folder:
        copy, debug = split(file, folder)
        run('objcopy', '--strip-debug', debug)
        run('xz', debug)
        run('objcopy', '--add-section', f'.gnu_debugdata={debug}.xz', copy)
        got, state = name_places(tool, copy, build_id(file), places)
    wrong = [place for place in places
             if got[place][-1][0] != expected[place][-1][0]]
    for place in wrong[:4]:
        print(f'0x{place:x}\n  {got[place]}\n  {expected[place]}')
    print(f'{len(places)} calls, {len(wrong)} differ ({state})')
    return bool(wrong) or state != 'symbol table only'


def check_stripped(tool, file):
    """Nothing is left but what the dynamic linker needs."""
    places, _ = whole(tool, file)
    with tempfile.TemporaryDirectory() as folder:
        copy, debug = split(file, folder)
        os.unlink(debug)
        got, state = name_places(tool, copy, build_id(file), places)
    print(state)
    named = {name for stack in got.values() for name, _ in stack}
    print(str(sorted(named))[:300])
    return state not in ('symbol table only', 'no symbols') or \
        'main' in named or '??' not in named


def check_ring(tool, file):
    """Siblings that lead back to the first entry end the walk, not never."""
    places, _ = whole(tool, file)
    data = bytearray(Path(file).read_bytes())
    sections = run('readelf', '-SW', file)
    start = int(re.search(r' \.debug_info +PROGBITS +\S+ (\S+)',
                          sections)[1], 16)
    dump = run('readelf', '--debug-dump=info', file)
    first = int(re.search(r'<1><([0-9a-f]+)>', dump)[1], 16)
    siblings = re.findall(r'<([0-9a-f]+)> +DW_AT_sibling', dump)
    assert siblings
    for place in siblings:
        at = start + int(place, 16)
        data[at:at + 4] = first.to_bytes(4, 'little')
    with tempfile.TemporaryDirectory() as folder:
        copy = str(Path(folder) / 'program')
        Path(copy).write_bytes(data)
        got, state = name_places(tool, copy, build_id(copy), places)
    print(f'{len(siblings)} siblings changed, {len(got)} places ({state})')
    return len(got) != len(places)


def main():
    tool, check, file = sys.argv[1:]
    return int(globals()[f'check_{check}'](tool, find(file)))


if __name__ == '__main__':
    sys.exit(main())
