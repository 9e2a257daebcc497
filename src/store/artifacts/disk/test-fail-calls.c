/*
 * For a test: preloaded into a process, makes every FAIL_EVERY-th write, fsync or rename below the folder FAIL_BELOW
 * fail with EIO, as a dying disk does. Only calls below that folder count.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int calls;

static int fails(const char *path) {
  const char *below = getenv("FAIL_BELOW");
  const char *every = getenv("FAIL_EVERY");
  if (!below || !every || strncmp(path, below, strlen(below)) != 0) return 0;
  if (atomic_fetch_add(&calls, 1) % atoi(every) != atoi(every) - 1) return 0;
  errno = EIO;
  return 1;
}

static int file_fails(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(path);
}

ssize_t write(int file, const void *bytes, size_t count) {
  ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  return file_fails(file) ? -1 : next(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  ssize_t (*next)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
  return file_fails(file) ? -1 : next(file, parts, count);
}

int fsync(int file) {
  int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
  return file_fails(file) ? -1 : next(file);
}

int rename(const char *from, const char *to) {
  int (*next)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  return fails(from) ? -1 : next(from, to);
}
