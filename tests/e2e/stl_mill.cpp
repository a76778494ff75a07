/* stl_mill.cpp - a C++ program that lives by its containers, in threads.
 *
 * Shape:     each thread turns words into an index, an index into a report
 *            and the report into a checksum, which is printed in order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace
{

class words
{
  public:
    explicit words(std::uint32_t seed) : state(seed)
    {
    }

    std::string next()
    {
        std::string word;
        const unsigned letters = 3 + draw() % 30;
        for (unsigned i = 0; i < letters; i++)
            word.push_back(static_cast<char>('a' + draw() % 4));
        return word;
    }

    std::uint32_t draw()
    {
        state = state * 1664525u + 1013904223u;
        return state >> 16;
    }

  private:
    std::uint32_t state;
};

struct entry {
    virtual ~entry() = default;
    virtual std::size_t weight() const = 0;
};

struct text_entry : entry {
    std::string text;
    explicit text_entry(std::string value) : text(std::move(value))
    {
    }
    std::size_t weight() const override
    {
        return text.size();
    }
};

struct list_entry : entry {
    std::list<std::unique_ptr<entry>> all;
    std::size_t weight() const override
    {
        return std::accumulate(all.begin(), all.end(), std::size_t{0},
            [](std::size_t sum, const std::unique_ptr<entry> &one) {
                return sum + one->weight();
            });
    }
};

std::size_t checksum(const std::string &text)
{
    std::size_t sum = 1469598103934665603u;
    for (const char c : text)
        sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return sum;
}

std::size_t mill(std::uint32_t seed, int rounds)
{
    words source(seed);
    std::unordered_map<std::string, std::vector<int>> index;
    std::map<std::size_t, std::shared_ptr<list_entry>> by_length;
    for (int i = 0; i < rounds; i++) {
        std::string word = source.next();
        auto &bucket = by_length[word.size()];
        if (!bucket) bucket = std::make_shared<list_entry>();
        bucket->all.push_back(std::make_unique<text_entry>(word));
        if (bucket->all.size() > 50) bucket->all.pop_front();
        index[word.substr(0, 9)].push_back(i);
        if (index.size() > 2000) index.clear();
    }
    std::ostringstream report;
    std::vector<std::function<void()>> later;
    for (const auto &[length, bucket] : by_length)
        later.push_back([&report, length = length, bucket = bucket] {
            report << length << '=' << bucket->weight() << ';';
        });
    for (const auto &step : later)
        step();
    std::vector<std::string> keys;
    for (const auto &[key, places] : index)
        keys.push_back(key + std::to_string(places.size()));
    std::sort(keys.begin(), keys.end());
    for (const auto &key : keys)
        report << key;
    return checksum(report.str());
}

} // namespace

int main(int argc, char **argv)
{
    const unsigned threads = argc > 1 ? std::stoul(argv[1]) : 4;
    const int rounds = argc > 2 ? std::stoi(argv[2]) : 20000;
    std::vector<std::future<std::size_t>> results;
    for (unsigned i = 0; i < threads; i++)
        results.push_back(std::async(
            threads == 1 ? std::launch::deferred : std::launch::async, mill,
            i + 1, rounds));
    for (auto &result : results)
        std::printf("%zx\n", result.get());
    try {
        (void)std::map<int, int>().at(7);
    } catch (const std::out_of_range &) {
        std::printf("caught\n");
    }
    return 3;
}
