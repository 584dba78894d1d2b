/// What reading archives takes from C.
#ifndef CPLUGINFORMS_H
#define CPLUGINFORMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Not for plugins.
#pragma GCC visibility push(hidden)

// MARK: libarchive, opened when it is first needed

/// Opens libarchive, once. Returns NULL, or why that is not possible, as text that stays.
const char *cforms_archive_load(void);

/// libarchive's return codes (archive.h).
enum { CFORMS_ARCHIVE_EOF = 1, CFORMS_ARCHIVE_OK = 0, CFORMS_ARCHIVE_WARN = -20 };

/// A reader of tar and zip with the usual compressions, of an open file; NULL if there is no memory for one.
/// `status` is what opening the file gave. Only after `cforms_archive_load` has returned NULL, as all that follows.
void *cforms_archive_open(int descriptor, int *status);
void cforms_archive_close(void *archive);
/// The last failure, as text; may be NULL.
const char *cforms_archive_error(void *archive);
/// Goes to the next entry: OK, WARN, EOF, or another number for a failure.
int cforms_archive_next(void *archive, void **entry);
/// Reads the content of the current entry: the number of bytes, 0 at its end, less for a failure.
ssize_t cforms_archive_read(void *archive, void *buffer, size_t count);

/// The parts of an entry; texts are valid until the next entry, and NULL if there is none.
const char *cforms_entry_path(void *entry);
const char *cforms_entry_symlink(void *entry);
const char *cforms_entry_hardlink(void *entry);
/// The type, as S_IFMT's bits.
unsigned cforms_entry_type(void *entry);
unsigned cforms_entry_permissions(void *entry);
/// The size in bytes that the archive states; -1 if it states none.
int64_t cforms_entry_size(void *entry);

#pragma GCC visibility pop

#endif
