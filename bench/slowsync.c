/* A slow disk for whoever is started with this in LD_PRELOAD: every fsync and fdatasync takes SLOWSYNC_US
   microseconds longer. An office box has a disk like that; a virtual machine with a host's cache has not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_longer(void) {
  const char *given = getenv("SLOWSYNC_US");
  long us = given ? atol(given) : 0;
  struct timespec left = {us / 1000000, (us % 1000000) * 1000};
  while (us > 0 && nanosleep(&left, &left) != 0) {
  }
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  wait_longer();
  return real(fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  wait_longer();
  return real(fd);
}
