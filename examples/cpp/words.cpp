// Counts words in several texts at once, and adds the counts up: text in, a map out.
//
//     mpiexec -n 3 mpifutures ./libwords.so
#include <cstdio>
#include <exception>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <mpifutures.hpp>

/// How many words have each length.
using Counts = std::map<int, int>;

/// Task: the lengths of a text's words, and how many words have each.
Counts count_words(std::string text)
{
    Counts counts;
    std::istringstream stream(text);
    for (std::string word; stream >> word;) counts[static_cast<int>(word.size())]++;
    return counts;
}
MPIFUTURES_LABELLED_TASK(count_words, "text")

int main()
try {
    const std::vector<std::string> verses = {
        "the owl and the pussycat went to sea",
        "in a beautiful pea green boat",
        "they took some honey and plenty of money",
        "wrapped up in a five pound note",
    };
    mpifutures::executor executor;
    auto results = executor.map("count_words", verses);
    Counts totals;
    while (auto counts = results.next<Counts>()) {
        for (const auto &[letters, count] : *counts) totals[letters] += count;
    }
    for (const auto &[letters, count] : totals) std::printf("%d letters: %d\n", letters, count);
} catch (const std::exception &exception) {
    std::fprintf(stderr, "words: %s\n", exception.what());
    return 1;
}
