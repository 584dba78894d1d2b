#define _GNU_SOURCE
#include "CPluginForms.h"

#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>

// libarchive is opened at run time: most runs need none of it, and a library that needed it would not load where it
// is missing. These are the functions of its version 3, whose interface is stable.
#define FUNCTIONS(F)                                                            \
    F(void *, read_new, (void))                                                 \
    F(int, read_free, (void *))                                                 \
    F(int, read_support_filter_gzip, (void *))                                  \
    F(int, read_support_filter_bzip2, (void *))                                 \
    F(int, read_support_filter_xz, (void *))                                    \
    F(int, read_support_filter_lzma, (void *))                                  \
    F(int, read_support_filter_zstd, (void *))                                  \
    F(int, read_support_filter_lz4, (void *))                                   \
    F(int, read_support_format_tar, (void *))                                   \
    F(int, read_support_format_zip, (void *))                                   \
    F(int, read_open_fd, (void *, int, size_t))                                 \
    F(int, read_next_header, (void *, void **))                                 \
    F(ssize_t, read_data, (void *, void *, size_t))                             \
    F(const char *, error_string, (void *))                                     \
    F(const char *, entry_pathname, (void *))                                   \
    F(const char *, entry_pathname_utf8, (void *))                              \
    F(const char *, entry_symlink, (void *))                                    \
    F(const char *, entry_symlink_utf8, (void *))                               \
    F(const char *, entry_hardlink, (void *))                                   \
    F(const char *, entry_hardlink_utf8, (void *))                              \
    F(mode_t, entry_filetype, (void *))                                         \
    F(mode_t, entry_perm, (void *))                                             \
    F(int64_t, entry_size, (void *))                                            \
    F(int, entry_size_is_set, (void *))

#define MEMBER(result, name, parameters) result(*name) parameters;
static struct { FUNCTIONS(MEMBER) } lib;

static const char *problem;

static void load(void) {
    void *library = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        problem = "libarchive.so.13 cannot be loaded (on Debian it is in the package libarchive13)";
        return;
    }
#define LOOK_UP(result, name, parameters)                                       \
    *(void **)&lib.name = dlsym(library, "archive_" #name);                     \
    if (lib.name == NULL) {                                                     \
        problem = "libarchive.so.13 has no function archive_" #name;            \
        return;                                                                 \
    }
    FUNCTIONS(LOOK_UP)
}

const char *cforms_archive_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return problem;
}

void *cforms_archive_open(int descriptor, int *status) {
    void *archive = lib.read_new();
    if (archive == NULL) return NULL;
    // Only what libarchive does by itself: for other compressions it would start programs.
    lib.read_support_filter_gzip(archive);
    lib.read_support_filter_bzip2(archive);
    lib.read_support_filter_xz(archive);
    lib.read_support_filter_lzma(archive);
    lib.read_support_filter_zstd(archive);
    lib.read_support_filter_lz4(archive);
    lib.read_support_format_tar(archive);
    lib.read_support_format_zip(archive);
    const size_t block = 1 << 16;
    *status = lib.read_open_fd(archive, descriptor, block);
    return archive;
}

void cforms_archive_close(void *archive) { lib.read_free(archive); }
const char *cforms_archive_error(void *archive) { return lib.error_string(archive); }

// Names that an archive marks as UTF-8 can be had only where that is the thread's character set.
static locale_t utf8;
static void make_utf8(void) { utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

int cforms_archive_next(void *archive, void **entry) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_utf8);
    const locale_t former = utf8 == (locale_t)0 ? (locale_t)0 : uselocale(utf8);
    const int status = lib.read_next_header(archive, entry);
    if (former != (locale_t)0) uselocale(former);
    return status;
}

ssize_t cforms_archive_read(void *archive, void *buffer, size_t count) { return lib.read_data(archive, buffer, count); }

// The first is NULL in the C locale for names that are not ASCII, the second for names that are not UTF-8.
#define TEXT(part)                                                              \
    const char *text = lib.entry_##part(entry);                                 \
    return text != NULL ? text : lib.entry_##part##_utf8(entry)

const char *cforms_entry_path(void *entry) { TEXT(pathname); }
const char *cforms_entry_symlink(void *entry) { TEXT(symlink); }
const char *cforms_entry_hardlink(void *entry) { TEXT(hardlink); }
unsigned cforms_entry_type(void *entry) { return lib.entry_filetype(entry); }
unsigned cforms_entry_permissions(void *entry) { return lib.entry_perm(entry); }
int64_t cforms_entry_size(void *entry) { return lib.entry_size_is_set(entry) ? lib.entry_size(entry) : -1; }
