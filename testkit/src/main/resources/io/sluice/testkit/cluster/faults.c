/*
 * Makes the disk and the wall clock of one process worse than they are. Loaded with LD_PRELOAD; what is wrong stands in the
 * file that PROCESS_FAULTS names, three numbers of 64 bits in the machine's own order, read at every call:
 *
 *   0  every sync takes so many milliseconds more
 *   1  not 0: the disk is full; what lies in a file already can be written again, nothing can be added
 *   2  the wall clock is wrong by so many milliseconds
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct faults {
    volatile int64_t sync_delay_ms;
    volatile int64_t disk_full;
    volatile int64_t wall_shift_ms;
};

static struct faults none;
static struct faults *faults = &none;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    real_clock_gettime = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    const char *path = getenv("PROCESS_FAULTS");
    int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        void *shared = mmap(NULL, sizeof(struct faults), PROT_READ, MAP_SHARED, file, 0);
        if (shared != MAP_FAILED) {
            faults = shared;
        }
        close(file);
    }
}

static void wait_for_disk(void) {
    int64_t delay_ms = faults->sync_delay_ms;
    if (delay_ms > 0) {
        struct timespec left = {delay_ms / 1000, delay_ms % 1000 * 1000000};
        while (nanosleep(&left, &left) != 0 && errno == EINTR) {
        }
    }
}

int fsync(int file) {
    wait_for_disk();
    return syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    wait_for_disk();
    return syscall(SYS_fdatasync, file);
}

/* Whether bytes up to there would make a regular file longer; -1: from where it stands. */
static int has_no_room(int file, off_t from, size_t length) {
    struct stat about;
    if (faults->disk_full == 0 || fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
        return 0;
    }
    if (from < 0) {
        from = (fcntl(file, F_GETFL) & O_APPEND) != 0 ? about.st_size : lseek(file, 0, SEEK_CUR);
    }
    return from + (off_t) length > about.st_size;
}

static ssize_t refuse(void) {
    errno = ENOSPC;
    return -1;
}

static size_t total(const struct iovec *parts, int count) {
    size_t length = 0;
    for (int i = 0; i < count; i++) {
        length += parts[i].iov_len;
    }
    return length;
}

ssize_t write(int file, const void *bytes, size_t length) {
    return has_no_room(file, -1, length) ? refuse() : syscall(SYS_write, file, bytes, length);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    return has_no_room(file, -1, total(parts, count)) ? refuse() : syscall(SYS_writev, file, parts, count);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    return has_no_room(file, at, length) ? refuse() : syscall(SYS_pwrite64, file, bytes, length, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) {
    return pwrite(file, bytes, length, at);
}

static void without_room(unsigned long *free_blocks, unsigned long *usable_blocks) {
    if (faults->disk_full != 0) {
        *free_blocks = 0;
        *usable_blocks = 0;
    }
}

int statvfs(const char *path, struct statvfs *about) {
    static int (*real)(const char *, struct statvfs *);
    if (real == NULL) {
        real = (int (*)(const char *, struct statvfs *)) dlsym(RTLD_NEXT, "statvfs");
    }
    int result = real(path, about);
    without_room(&about->f_bfree, &about->f_bavail);
    return result;
}

int statvfs64(const char *path, struct statvfs64 *about) {
    static int (*real)(const char *, struct statvfs64 *);
    if (real == NULL) {
        real = (int (*)(const char *, struct statvfs64 *)) dlsym(RTLD_NEXT, "statvfs64");
    }
    int result = real(path, about);
    without_room(&about->f_bfree, &about->f_bavail);
    return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = real_clock_gettime == NULL ? (int) syscall(SYS_clock_gettime, clock, now) : real_clock_gettime(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) {
        int64_t ns = (int64_t) now->tv_sec * 1000000000 + now->tv_nsec + faults->wall_shift_ms * 1000000;
        now->tv_sec = ns / 1000000000;
        now->tv_nsec = ns % 1000000000;
    }
    return result;
}
