// mpifutures in C++17: mpifutures.h with exceptions, objects that end what they own, and values of the standard library.
//
//     std::vector<double> squares(mpifutures::array_view<double> numbers) { … }
//     MPIFUTURES_TASK(squares)
//
//     int main()
//     {
//         mpifutures::executor executor;
//         auto future = executor.submit("squares", std::vector<double>{1, 2, 3});
//         for (double x : future.get<std::vector<double>>()) std::printf("%g\n", x);
//     }
//
// Everything is inline and calls mpifutures.h, which has the contracts. A function that fails throws `error`. Arguments
// and results are: `bool`, integers, floating-point numbers, text (`std::string`, `std::string_view`, `const char *`),
// containers of these with `data()` and `size()` (of numbers: one array, which is copied once), other containers that
// can be gone through (lists), `std::map` and `std::unordered_map` with keys of text or integers, `std::optional`, and
// `mpifutures::value` as it came from elsewhere.
#ifndef MPIFUTURES_HPP
#define MPIFUTURES_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <mpifutures.h>

namespace mpifutures {

/// A status of mpifutures.h other than MPIFUTURES_OK, with the library's text.
class error : public std::runtime_error {
public:
    error(int status, const char *message) : std::runtime_error(message), status_(status) {}

    /// Makes the error of the function that failed last on this thread.
    error() : error(mpifutures_error_status(), mpifutures_error_message()) {}

    /// MPIFUTURES_FAILED for a call that failed on its worker, MPIFUTURES_TIMEOUT, MPIFUTURES_CANCELLED, …
    int status() const noexcept { return status_; }

private:
    int status_;
};

/// Numbers that somebody else owns, side by side. Converts to `std::span<const T>` where there is one.
template <class T> class array_view {
public:
    using value_type = T;

    constexpr array_view() noexcept = default;
    constexpr array_view(const T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    /// From a container with `data()` and `size()`, which must live as long as the view is used.
    template <class C, class = std::enable_if_t<std::is_convertible_v<decltype(std::declval<const C &>().data()), const T *>>>
    constexpr array_view(const C &container) noexcept : data_(container.data()), size_(container.size())
    {
    }

    constexpr const T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr const T *begin() const noexcept { return data_; }
    constexpr const T *end() const noexcept { return data_ + size_; }
    constexpr const T &operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    const T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// An argument with a label: `submit("scale", arg("factor", 2))`.
template <class T> struct labelled {
    const char *label;
    const T &value;
};

template <class T> labelled<T> arg(const char *label, const T &value) { return {label, value}; }

namespace detail {

inline void check(int status)
{
    if (status != MPIFUTURES_OK) throw error();
}

/// The type of a number in an array of mpifutures.h; MPIFUTURES_ANY for all other types.
template <class T> constexpr mpifutures_type type_of()
{
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, char> || std::is_enum_v<T>) {
        return MPIFUTURES_ANY;
    } else if constexpr (std::is_integral_v<T>) {
        constexpr int place = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
        return static_cast<mpifutures_type>((std::is_signed_v<T> ? MPIFUTURES_INT8 : MPIFUTURES_UINT8) + place);
    } else if constexpr (std::is_same_v<T, float>) {
        return MPIFUTURES_FLOAT;
    } else if constexpr (std::is_same_v<T, double>) {
        return MPIFUTURES_DOUBLE;
    } else {
        return MPIFUTURES_ANY;
    }
}

template <class T, class = void> struct has_data : std::false_type {};
template <class T> struct has_data<T, std::void_t<decltype(std::declval<const T &>().data())>> : std::true_type {};

// The elements come first: `std::vector<bool>` must not be asked for its data.
template <class T, class = void> struct is_array_of_numbers : std::false_type {};
template <class T>
struct is_array_of_numbers<T, std::enable_if_t<type_of<std::remove_const_t<typename T::value_type>>() != MPIFUTURES_ANY>>
    : has_data<T> {};

template <class T, class = void> struct is_map : std::false_type {};
template <class T> struct is_map<T, std::void_t<typename T::key_type, typename T::mapped_type>> : std::true_type {};

template <class T, class = void> struct is_list : std::false_type {};
template <class T>
struct is_list<T, std::void_t<typename T::value_type, decltype(std::declval<const T &>().end())>> : std::true_type {};

/// False, but not before a type is known.
template <class> constexpr bool travels = false;

template <class T> struct is_optional : std::false_type {};
template <class T> struct is_optional<std::optional<T>> : std::true_type {};

template <class T> struct is_view : std::false_type {};
template <class T> struct is_view<array_view<T>> : std::true_type {};

template <class T> struct is_labelled : std::false_type {};
template <class T> struct is_labelled<labelled<T>> : std::true_type {};

template <class> inline constexpr bool is_never = false;

}  // namespace detail

/// A value in a message. It is valid as long as `mpifutures_value` says, and owns nothing.
class value {
public:
    value() = default;
    value(const mpifutures_value &raw) : raw_(raw) {}

    mpifutures_kind kind() const { return mpifutures_value_kind(&raw_); }
    const mpifutures_value &raw() const { return raw_; }

    std::size_t size() const
    {
        std::size_t count = 0;
        detail::check(mpifutures_value_count(&raw_, &count));
        return count;
    }

    value operator[](std::size_t index) const
    {
        mpifutures_value element;
        detail::check(mpifutures_value_at(&raw_, index, &element));
        return element;
    }

    value operator[](const char *label) const
    {
        mpifutures_value member;
        detail::check(mpifutures_value_member(&raw_, label, &member));
        return member;
    }

    bool has(const char *label) const { return mpifutures_value_has(&raw_, label); }

    /// Converts the value. An `array_view` shares the memory of the message, and is valid as long as the value.
    template <class T> T as() const
    {
        if constexpr (std::is_same_v<T, value>) {
            return *this;
        } else if constexpr (std::is_same_v<T, bool>) {
            bool truth = false;
            detail::check(mpifutures_value_bool(&raw_, &truth));
            return truth;
        } else if constexpr (std::is_integral_v<T>) {
            return integer<T>();
        } else if constexpr (std::is_floating_point_v<T>) {
            double number = 0;
            detail::check(mpifutures_value_double(&raw_, &number));
            return static_cast<T>(number);
        } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
            const char *text = nullptr;
            std::size_t length = 0;
            detail::check(mpifutures_value_string(&raw_, &text, &length));
            return T(text, length);
        } else if constexpr (detail::is_optional<T>::value) {
            return kind() == MPIFUTURES_NULL ? T() : T(as<typename T::value_type>());
        } else if constexpr (detail::is_view<T>::value || detail::is_array_of_numbers<T>::value) {
            using number = std::remove_const_t<typename T::value_type>;
            mpifutures_array array = {};
            detail::check(mpifutures_value_array(&raw_, detail::type_of<number>(), &array));
            const auto *elements = static_cast<const number *>(array.elements);
            if constexpr (detail::is_view<T>::value) {
                return T(elements, array.count);
            } else {
                return elements ? T(elements, elements + array.count) : T();
            }
        } else if constexpr (detail::is_map<T>::value) {
            T map;
            each([&](const value &key, const value &element) {
                map.emplace(key.as<typename T::key_type>(), element.as<typename T::mapped_type>());
            });
            return map;
        } else if constexpr (detail::is_list<T>::value) {
            T list;
            each([&](const value &, const value &element) {
                list.insert(list.end(), element.as<typename T::value_type>());
            });
            return list;
        } else {
            static_assert(detail::travels<T>,
                "this type does not travel: take numbers, bool, std::string, std::optional, and lists and maps of these, "
                "or read the members of a struct from a mpifutures::value");
        }
    }

private:
    mpifutures_value raw_ = {};

    template <class T> T integer() const
    {
        std::int64_t number = 0;
        detail::check(mpifutures_value_int64(&raw_, &number));
        bool fits = std::is_signed_v<T> ? number >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) : number >= 0;
        if constexpr (sizeof(T) < sizeof(number)) fits = fits && number <= static_cast<std::int64_t>(std::numeric_limits<T>::max());
        if (!fits) throw error(MPIFUTURES_RANGE, "the integer does not fit into the type that was asked for");
        return static_cast<T>(number);
    }

    template <class Body> void each(Body body) const
    {
        mpifutures_cursor cursor;
        mpifutures_value key = {}, element;
        detail::check(mpifutures_value_begin(&raw_, &cursor));
        int status;
        while ((status = mpifutures_cursor_next(&cursor, &key, &element)) == MPIFUTURES_OK) body(value(key), value(element));
        if (status != MPIFUTURES_END) throw error();
    }
};

namespace detail {

/// Writes values as CBOR (RFC 8949), and arrays of numbers as typed arrays (RFC 8746).
class writer {
public:
    const std::vector<std::uint8_t> &bytes() const { return bytes_; }

    void head(int major, std::uint64_t argument)
    {
        if (argument < 24) {
            bytes_.push_back(static_cast<std::uint8_t>(major << 5 | static_cast<int>(argument)));
            return;
        }
        int exponent = argument <= 0xFF ? 0 : argument <= 0xFFFF ? 1 : argument <= 0xFFFFFFFF ? 2 : 3;
        bytes_.push_back(static_cast<std::uint8_t>(major << 5 | (24 + exponent)));
        big_endian(argument, 1 << exponent);
    }

    template <class T> void write(const T &value)
    {
        if constexpr (std::is_same_v<T, mpifutures::value>) {
            const void *item = nullptr;
            std::size_t size = 0;
            check(mpifutures_value_cbor(&value.raw(), &item, &size));
            append(item, size);
        } else if constexpr (std::is_same_v<T, bool>) {
            bytes_.push_back(value ? 0xF5 : 0xF4);
        } else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
            bytes_.push_back(0xF6);
        } else if constexpr (std::is_integral_v<T>) {
            if (std::is_signed_v<T> && value < T(0)) {
                head(1, ~static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
            } else {
                head(0, static_cast<std::uint64_t>(value));
            }
        } else if constexpr (std::is_floating_point_v<T>) {
            double number = static_cast<double>(value);
            std::uint64_t bits;
            std::memcpy(&bits, &number, sizeof bits);
            bytes_.push_back(0xFB);
            big_endian(bits, 8);
        } else if constexpr (std::is_convertible_v<const T &, std::string_view>) {
            std::string_view text = value;
            head(3, text.size());
            append(text.data(), text.size());
        } else if constexpr (is_optional<T>::value) {
            value ? write(*value) : write(nullptr);
        } else if constexpr (is_array_of_numbers<T>::value) {
            numbers(value.data(), value.size());
        } else if constexpr (is_map<T>::value) {
            head(5, value.size());
            for (const auto &[key, element] : value) {
                write(key);
                write(element);
            }
        } else if constexpr (is_list<T>::value) {
            list(value);
        } else {
            static_assert(travels<T>,
                "this type does not travel: give numbers, bool, std::string, std::optional, and lists and maps of these");
        }
    }

private:
    std::vector<std::uint8_t> bytes_;

    void append(const void *bytes, std::size_t size)
    {
        const auto *first = static_cast<const std::uint8_t *>(bytes);
        if (size) bytes_.insert(bytes_.end(), first, first + size);
    }

    void big_endian(std::uint64_t number, int width)
    {
        for (int place = width - 1; place >= 0; place--) bytes_.push_back(static_cast<std::uint8_t>(number >> 8 * place));
    }

    template <class T> void numbers(const T *data, std::size_t size)
    {
        constexpr int exponent = std::is_floating_point_v<T> ? (sizeof(T) == 4 ? 1 : 2)
            : sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
        const std::uint16_t probe = 1;
        std::uint8_t low;
        std::memcpy(&low, &probe, 1);
        int order = sizeof(T) > 1 && low == 1 ? 4 : 0;
        head(6, static_cast<std::uint64_t>(64 | (std::is_floating_point_v<T> ? 16 : std::is_signed_v<T> ? 8 : 0) | order | exponent));
        head(2, size * sizeof(T));
        append(data, size * sizeof(T));
    }

    template <class T> void list(const T &value)
    {
        head(4, static_cast<std::uint64_t>(std::distance(std::begin(value), std::end(value))));
        for (const auto &element : value) write<std::decay_t<decltype(element)>>(element);
    }
};

/// Writes arguments: a list, or a map if one of them has a label. Positions are integers in a map.
template <class... Arguments> void write_arguments(writer &writer, const Arguments &...arguments)
{
    constexpr bool has_labels = (is_labelled<Arguments>::value || ...);
    writer.head(has_labels ? 5 : 4, sizeof...(arguments));
    [[maybe_unused]] std::uint64_t position = 0;
    [[maybe_unused]] auto write = [&](const auto &argument) {
        using type = std::decay_t<decltype(argument)>;
        if constexpr (is_labelled<type>::value) {
            writer.write(std::string_view(argument.label));
            writer.write(argument.value);
        } else {
            if constexpr (has_labels) writer.head(0, position++);
            writer.write(argument);
        }
    };
    (write(arguments), ...);
}

/// Owns an object of mpifutures.h.
template <class T, void (*release)(T *)> class handle {
public:
    explicit handle(T *object) : object_(object)
    {
        if (!object) throw error();
    }
    handle(handle &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    handle &operator=(handle &&other) noexcept
    {
        if (this != &other) {
            release(object_);
            object_ = std::exchange(other.object_, nullptr);
        }
        return *this;
    }
    ~handle() { release(object_); }

    T *get() const { return object_; }

private:
    T *object_;
};

}  // namespace detail

/// A call that was submitted. Its end releases what was read from the result.
class future {
public:
    explicit future(mpifutures_future *object) : handle_(object) {}

    /// Waits for the result, at most so many seconds. A view of it is valid as long as this future.
    template <class T = value> T get(double timeout = -1)
    {
        mpifutures_value result;
        detail::check(mpifutures_future_result(handle_.get(), timeout, &result));
        return value(result).as<T>();
    }

    /// Waits until the call has ended, in whatever way. Returns whether it has.
    bool wait(double timeout = -1)
    {
        mpifutures_future *object = handle_.get();
        int status = mpifutures_wait(&object, 1, MPIFUTURES_ALL_COMPLETED, timeout);
        if (status != MPIFUTURES_TIMEOUT) detail::check(status);
        return status == MPIFUTURES_OK;
    }

    bool done() const { return mpifutures_future_done(handle_.get()); }
    bool running() const { return mpifutures_future_running(handle_.get()); }
    bool cancelled() const { return mpifutures_future_cancelled(handle_.get()); }
    bool cancel() { return mpifutures_future_cancel(handle_.get()); }
    mpifutures_future *raw() const { return handle_.get(); }

private:
    detail::handle<mpifutures_future, mpifutures_future_release> handle_;
};

/// The results of a map.
class results {
public:
    explicit results(mpifutures_map *object) : handle_(object) {}

    /// Waits for the next result; nothing after the last one. After an `error` of MPIFUTURES_FAILED the results behind
    /// it can still be taken. A view of a result is valid until the next one is taken.
    template <class T = value> std::optional<T> next(double timeout = -1)
    {
        mpifutures_value result;
        int status = mpifutures_map_next(handle_.get(), timeout, &result);
        if (status == MPIFUTURES_END) return std::nullopt;
        detail::check(status);
        return value(result).as<T>();
    }

private:
    detail::handle<mpifutures_map, mpifutures_map_release> handle_;
};

/// A pool of workers. Its end waits for its calls.
class executor {
public:
    /// See `mpifutures_executor_create`. 0 stands for the usual number of workers.
    explicit executor(std::size_t max_workers = 0) : handle_(mpifutures_executor_create(max_workers)) {}

    /// Queues a call. Arguments go by position, or by label with `arg`.
    template <class... Arguments> future submit(const std::string &callable, const Arguments &...arguments)
    {
        detail::writer writer;
        detail::write_arguments(writer, arguments...);
        const auto &bytes = writer.bytes();
        return future(mpifutures_executor_submit_cbor(handle_.get(), callable.c_str(), bytes.data(), bytes.size()));
    }

    /// Makes a call for each element of a range. A `std::tuple` has the arguments of a call; any other element is one.
    template <class Range> results map(const std::string &callable, const Range &range, mpifutures_map_options options = {})
    {
        source<Range> source = {std::begin(range), std::end(range), nullptr};
        mpifutures_map *map = mpifutures_executor_map(handle_.get(), callable.c_str(), next<Range>, &source, &options);
        if (source.thrown) {
            mpifutures_map_release(map);
            std::rethrow_exception(source.thrown);
        }
        return results(map);
    }

    /// Waits until the workers have started, and returns their number.
    std::size_t worker_count() { return mpifutures_executor_worker_count(handle_.get()); }

    /// Lets no further call begin. Calls that run end as usual, and the others fail with the status
    /// `MPIFUTURES_DRAINED`.
    void drain() { detail::check(mpifutures_executor_drain(handle_.get())); }

    void shutdown(bool wait = true, bool cancel = false)
    {
        detail::check(mpifutures_executor_shutdown(handle_.get(), wait, cancel));
    }

    mpifutures_executor *raw() const { return handle_.get(); }

private:
    template <class Range> struct source {
        decltype(std::begin(std::declval<const Range &>())) at;
        decltype(std::end(std::declval<const Range &>())) end;
        std::exception_ptr thrown;
    };

    template <class... Elements> static void write(detail::writer &writer, const std::tuple<Elements...> &elements)
    {
        std::apply([&](const auto &...element) { detail::write_arguments(writer, element...); }, elements);
    }

    template <class Element> static void write(detail::writer &writer, const Element &element)
    {
        detail::write_arguments(writer, element);
    }

    template <class Range> static int next(void *context, mpifutures_arguments *arguments)
    {
        auto *all = static_cast<source<Range> *>(context);
        try {
            if (all->at == all->end) return MPIFUTURES_END;
            detail::writer writer;
            write(writer, *all->at);
            ++all->at;
            return mpifutures_arguments_set_cbor(arguments, writer.bytes().data(), writer.bytes().size());
        } catch (...) {
            all->thrown = std::current_exception();
            return MPIFUTURES_INVALID;
        }
    }

    detail::handle<mpifutures_executor, mpifutures_executor_destroy> handle_;
};

/// Returns the worker that makes the call which the calling thread runs. Throws outside of tasks.
inline mpifutures_worker current_worker()
{
    mpifutures_worker worker;
    detail::check(mpifutures_current_worker(&worker));
    return worker;
}

/// Random numbers that depend on a seed and the number of a stream alone, for `std::uniform_int_distribution` and others.
class random {
public:
    using result_type = std::uint64_t;

    random(std::uint64_t seed, std::uint64_t stream) { detail::check(mpifutures_random_init(&raw_, seed, stream)); }

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
    result_type operator()() { return mpifutures_random_next(&raw_); }
    /// Returns a number in [0, 1).
    double uniform() { return mpifutures_random_uniform(&raw_); }

private:
    mpifutures_random raw_;
};

namespace detail {

/// Reads the argument at a position, or with the label of that position. The call fails if there is none.
template <class T> T argument(mpifutures_call *call, std::size_t position, const char *const *labels, std::size_t count)
{
    mpifutures_value raw;
    bool is_named = !mpifutures_has_argument(call, position) && position < count;
    if constexpr (is_optional<T>::value) {
        if (is_named ? !mpifutures_has_argument_named(call, labels[position]) : !mpifutures_has_argument(call, position)) return T();
    }
    check(is_named ? mpifutures_get_named(call, labels[position], &raw) : mpifutures_get(call, position, &raw));
    try {
        return value(raw).as<T>();
    } catch (const error &failure) {
        // The library's text names an argument. That of a conversion in this file does not.
        if (std::string_view(failure.what()).substr(0, 8) == "argument") throw;
        std::string name = position < count ? std::string("'") + labels[position] + "'" : std::to_string(position);
        throw error(failure.status(), ("argument " + name + ": " + failure.what()).c_str());
    }
}

template <class T> int give(mpifutures_call *call, const T &result)
{
    if constexpr (is_array_of_numbers<T>::value) {
        using number = std::decay_t<decltype(*result.data())>;
        return mpifutures_return_array(call, type_of<number>(), result.data(), result.size());
    } else {
        writer writer;
        writer.write(result);
        return mpifutures_return_cbor(call, writer.bytes().data(), writer.bytes().size());
    }
}

template <class Result, class... Parameters, std::size_t... positions>
int run(
    mpifutures_call *call, Result (*function)(Parameters...), [[maybe_unused]] const char *const *labels,
    [[maybe_unused]] std::size_t count, std::index_sequence<positions...>)
{
    // Braces: the arguments are read in their order, so the first one that is wrong is named.
    [[maybe_unused]] std::tuple<std::decay_t<Parameters>...> arguments{
        argument<std::decay_t<Parameters>>(call, positions, labels, count)...};
    if constexpr (std::is_void_v<Result>) {
        function(std::get<positions>(arguments)...);
        return mpifutures_return_null(call);
    } else {
        return give<std::decay_t<Result>>(call, function(std::get<positions>(arguments)...));
    }
}

/// Runs a task. No exception leaves it.
template <class Result, class... Parameters>
int run(mpifutures_call *call, Result (*function)(Parameters...), std::initializer_list<const char *> labels) noexcept
{
    try {
        return run(call, function, labels.begin(), labels.size(), std::index_sequence_for<Parameters...>());
    } catch (const std::exception &exception) {
        return mpifutures_fail(call, exception.what());
    } catch (...) {
        return mpifutures_fail(call, "an exception that is no std::exception");
    }
}

}  // namespace detail
}  // namespace mpifutures

/// Makes a task of a function, under its name. Stands behind the function, outside of namespaces:
///
///     double half(double x) { return x / 2; }
///     MPIFUTURES_TASK(half)
///
/// The parameters are arguments by position. A `std::optional` may be missing. An exception fails the call, with its
/// text.
#define MPIFUTURES_TASK(name) MPIFUTURES_MAKE_TASK_(name, ({}))

/// Makes a task whose arguments have labels too, those of the parameters in order:
///
///     double scale(double x, std::optional<double> factor) { return x * factor.value_or(2); }
///     MPIFUTURES_LABELLED_TASK(scale, "x", "factor")
#define MPIFUTURES_LABELLED_TASK(name, ...) MPIFUTURES_MAKE_TASK_(name, ({__VA_ARGS__}))

#define MPIFUTURES_REMOVE_PARENTHESES_(...) __VA_ARGS__
// The function is noted before the task, whose name would be ambiguous with it.
#define MPIFUTURES_MAKE_TASK_(name, labels) \
    namespace mpifutures_tasks { \
    static constexpr auto name##_function = &name; \
    } \
    extern "C" MPIFUTURES_API int name(mpifutures_call *call) \
    { \
        return ::mpifutures::detail::run(call, mpifutures_tasks::name##_function, MPIFUTURES_REMOVE_PARENTHESES_ labels); \
    }

#endif
