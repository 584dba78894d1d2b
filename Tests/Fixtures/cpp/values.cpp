// What mpifutures.hpp sends and reads: one line of "ok" for each thing that is right, the difference for others.
#include <array>
#include <cmath>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <mpifutures.hpp>
#include <mpifutures.hpp>

mpifutures::value same(mpifutures::value value) { return value; }
MPIFUTURES_TASK(same)

double scale(double x, std::optional<double> factor) { return x * factor.value_or(2); }
MPIFUTURES_LABELLED_TASK(scale, "x", "factor")

std::map<std::string, std::vector<int>> lengths(const std::vector<std::string> &words)
{
    std::map<std::string, std::vector<int>> found;
    for (const auto &word : words) found[word.substr(0, 1)].push_back(static_cast<int>(word.size()));
    return found;
}
MPIFUTURES_TASK(lengths)

void nothing() {}
MPIFUTURES_TASK(nothing)

int narrow(signed char small) { return small; }
MPIFUTURES_LABELLED_TASK(narrow, "small")

std::vector<std::size_t> place()
{
    auto worker = mpifutures::current_worker();
    return {worker.number, worker.count, worker.local_number, worker.local_count, worker.host_number, worker.host_count};
}
MPIFUTURES_TASK(place)

std::string other_exception(int) { throw 7; }
MPIFUTURES_TASK(other_exception)

namespace {

mpifutures::executor *pool;

void tell(const char *what, bool is_right) { std::cout << what << (is_right ? ": ok" : ": WRONG") << '\n'; }

template <class T> void round_trip(const char *what, const T &value)
{
    tell(what, pool->submit("same", value).template get<T>() == value);
}

template <class Body> void refused(const char *what, int status, const std::string &text, Body body)
{
    try {
        body();
        tell(what, false);
    } catch (const mpifutures::error &error) {
        tell(what, error.status() == status && std::string(error.what()).find(text) != std::string::npos);
        if (std::string(error.what()).find(text) == std::string::npos) std::cout << error.what() << '\n';
    }
}

}  // namespace

int main()
{
    mpifutures::executor executor;
    pool = &executor;
    round_trip("true", true);
    for (std::int64_t number : {0LL, 23LL, 24LL, -24LL, -25LL, 255LL, 256LL, 65536LL, 4294967296LL}) round_trip("integer", number);
    round_trip("smallest", std::numeric_limits<std::int64_t>::min());
    round_trip("largest", std::numeric_limits<std::int64_t>::max());
    round_trip("real", 0.1);
    round_trip("infinity", -HUGE_VAL);
    round_trip("text", std::string("a\0b\xC3\xA4", 5));
    round_trip("long text", std::string(70000, 'x'));
    round_trip("doubles", std::vector<double>{1, 2.5, -3});
    round_trip("floats", std::vector<float>{1, 2.5});
    round_trip("small integers", std::vector<std::int8_t>{-128, 127});
    round_trip("bytes", std::vector<std::uint8_t>{0, 255});
    round_trip("unsigned", std::vector<std::uint64_t>{0, ~0ULL});
    round_trip("no numbers", std::vector<std::int32_t>{});
    round_trip("texts", std::vector<std::string>{"one", "", "three"});
    round_trip("truths", std::vector<bool>{true, false});
    round_trip("nested", std::vector<std::vector<int>>{{1, 2}, {}, {3}});
    round_trip("map", std::map<std::string, double>{{"a", 1}, {"b", 0.5}});
    round_trip("map of integers", std::map<int, std::string>{{-1, "x"}, {7, "y"}});
    round_trip("nothing", std::optional<int>());
    round_trip("something", std::optional<int>(4));
    tell("array", executor.submit("same", std::array<int, 2>{4, 5}).get<std::vector<long>>() == std::vector<long>{4, 5});
    tell("literal", executor.submit("same", "text").get<std::string>() == "text");

    tell("positions", executor.submit("scale", 4, 0.5).get<double>() == 2);
    tell("optional", executor.submit("scale", 4).get<double>() == 8);
    tell("labels", executor.submit("scale", mpifutures::arg("factor", 3), mpifutures::arg("x", 2)).get<double>() == 6);
    tell("both", executor.submit("scale", 5, mpifutures::arg("factor", 3)).get<double>() == 15);
    auto found = executor.submit("lengths", std::vector<std::string>{"one", "two", "three"});
    tell("members", found.get()["t"].as<std::vector<int>>()[1] == 5 && found.get().size() == 2 && !found.get().has("x"));
    tell("void", executor.submit("nothing").get().kind() == MPIFUTURES_NULL);

    refused("too large", MPIFUTURES_FAILED, "argument 'small': the integer does not fit",
            [&] { executor.submit("narrow", 128).get(); });
    refused("missing", MPIFUTURES_FAILED, "argument 'x' is missing", [&] { executor.submit("scale").get(); });
    refused("another kind", MPIFUTURES_FAILED, "argument 0 must be a number", [&] { executor.submit("scale", "x").get(); });
    refused("other exception", MPIFUTURES_FAILED, "no std::exception", [&] { executor.submit("other_exception", 1).get(); });
    refused("other result", MPIFUTURES_MISMATCH, "must be a string", [&] { executor.submit("same", 1).get<std::string>(); });
    refused("unknown", MPIFUTURES_FAILED, "no function 'sacle'", [&] { executor.submit("sacle", 1).get(); });

    std::vector<std::tuple<double, double>> pairs = {{1, 2}, {3, 4}};
    auto products = executor.map("scale", pairs);
    tell("map of tuples", products.next<double>() == 2. && products.next<double>() == 12. && !products.next<double>());
    auto doubled = executor.map("scale", std::vector<double>{1, 2, 3}, {2, false});
    double sum = 0;
    while (auto x = doubled.next<double>()) sum += *x;
    tell("map of values", sum == 12);

    mpifutures::random random(42, 7), again(42, 7);
    std::uniform_int_distribution<int> die(1, 6);
    tell("random", random() == again() && random.uniform() == again.uniform() && die(random) == die(again));
    auto place = executor.submit("place").get<std::vector<int>>();
    tell("worker", place[0] < place[1] && place[0] == place[2] && place[1] == place[3] && place[4] == 0 && place[5] == 1);
    refused("no worker", MPIFUTURES_NOT_ALLOWED, "inside a task", [] { mpifutures::current_worker(); });
    auto future = executor.submit("scale", 1);
    tell("wait", future.wait() && future.done() && !future.running() && !future.cancelled() && !future.cancel());
    executor.shutdown();
    refused("shut down", MPIFUTURES_SHUTDOWN, "", [&] { executor.submit("scale", 1); });
}
