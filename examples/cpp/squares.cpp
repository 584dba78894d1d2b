// The squares of 1000 numbers in ten pieces, of which one fails, and the sum of the others. The same job is here in six
// languages: see examples/README.md.
//
//     mpiexec -n 3 mpifutures ./libsquares-cpp.so
#include <cstdio>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <mpifutures.hpp>

/// Task: the squares of some numbers, none of which may be negative.
std::vector<double> square(mpifutures::array_view<double> numbers)
{
    std::vector<double> squares;
    for (double x : numbers) {
        if (x < 0) throw std::domain_error("a number is negative");
        squares.push_back(x * x);
    }
    return squares;
}
MPIFUTURES_TASK(square)

int main()
{
    constexpr std::size_t pieces = 10, length = 100;
    std::vector<double> numbers(pieces * length);
    std::iota(numbers.begin(), numbers.end(), 0);
    numbers[450] = -450;

    mpifutures::executor executor;
    std::vector<mpifutures::future> futures;
    for (std::size_t i = 0; i < pieces; i++) {
        futures.push_back(executor.submit("square", mpifutures::array_view<double>(&numbers[i * length], length)));
    }
    double sum = 0;
    for (std::size_t i = 0; i < pieces; i++) {
        try {
            for (double x : futures[i].get<mpifutures::array_view<double>>()) sum += x;
        } catch (const mpifutures::error &error) {
            std::printf("piece %zu failed\n", i);
            std::cerr << error.what() << '\n';
        }
    }
    std::printf("the others have the sum %.0f\n", sum);
}
