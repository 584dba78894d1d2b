// Counts words in several texts at once, and adds the counts up: text in, a map out.
//
//     mpiexec -n 3 mpifutures ./libwords.so
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <mpifutures.h>

namespace {

const std::vector<const char *> verses = {
    "the owl and the pussycat went to sea",
    "in a beautiful pea green boat",
    "they took some honey and plenty of money",
    "wrapped up in a five pound note",
};

struct Release {
    void operator()(mpifutures_executor *executor) const { mpifutures_executor_destroy(executor); }
    void operator()(mpifutures_future *future) const { mpifutures_future_release(future); }
};

using Executor = std::unique_ptr<mpifutures_executor, Release>;
using Future = std::unique_ptr<mpifutures_future, Release>;

int fail()
{
    std::fprintf(stderr, "words: %s\n", mpifutures_error_message());
    return 1;
}

}  // namespace

/// Task: the lengths of a text's words, and how many words have each.
extern "C" int count_words(mpifutures_call *call)
{
    const char *text;
    std::size_t length;
    if (mpifutures_get_string_named(call, "text", &text, &length)) return 1;
    std::map<std::size_t, std::size_t> counts;
    std::size_t letters = 0;
    for (std::size_t at = 0; at <= length; at++) {
        if (at < length && text[at] != ' ') {
            letters++;
        } else if (letters > 0) {
            counts[letters]++;
            letters = 0;
        }
    }
    std::vector<std::int64_t> pairs;
    for (const auto &[letters, count] : counts) {
        pairs.push_back(static_cast<std::int64_t>(letters));
        pairs.push_back(static_cast<std::int64_t>(count));
    }
    return mpifutures_return_array(call, MPIFUTURES_INT64, pairs.data(), pairs.size());
}

int main()
{
    const Executor executor(mpifutures_executor_create(0));
    if (!executor) return fail();
    std::vector<Future> futures;
    for (const char *verse : verses) {
        futures.emplace_back(mpifutures_executor_submit(executor.get(), "count_words", "{s:s}", "text", verse));
        if (!futures.back()) return fail();
    }
    std::map<std::int64_t, std::int64_t> totals;
    for (const Future &future : futures) {
        mpifutures_value value;
        mpifutures_array pairs;
        if (mpifutures_future_result(future.get(), -1, &value)) return fail();
        if (mpifutures_value_array(&value, MPIFUTURES_INT64, &pairs)) return fail();
        const auto *numbers = static_cast<const std::int64_t *>(pairs.elements);
        for (std::size_t index = 0; index < pairs.count; index += 2) totals[numbers[index]] += numbers[index + 1];
    }
    for (const auto &[letters, count] : totals) {
        std::printf("%lld letters: %lld\n", static_cast<long long>(letters), static_cast<long long>(count));
    }
}
