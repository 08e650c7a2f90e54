#include "tk_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum {
  most_threads = 256,
  // About fifty microseconds: longer than the way from one kernel to the next, shorter than another program's patience.
  spins = 20000,
  // Below this many steps a second thread costs more than it gives.
  smallest_share = 1 << 15,
};

typedef struct {
  tk_part work;
  const void *context;
  size_t parts;
} job;

// One piece of work at a time. Workers watch `generation`: at first without sleeping, then on the condition.
static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static job current;
static atomic_size_t generation;
static atomic_size_t unfinished;
static atomic_size_t wanted;
static size_t started;
static _Thread_local bool is_working;

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static size_t wait_for_more(size_t seen) {
  for (int i = 0; i < spins; i++) {
    size_t now = atomic_load_explicit(&generation, memory_order_acquire);
    if (now != seen) return now;
    pause_briefly();
  }
  pthread_mutex_lock(&sleep_lock);
  while (atomic_load(&generation) == seen) pthread_cond_wait(&wake, &sleep_lock);
  pthread_mutex_unlock(&sleep_lock);
  return atomic_load(&generation);
}

static void *run_worker(void *number) {
  size_t part = (size_t)number;
  size_t seen = 0;
  is_working = true;
  for (;;) {
    seen = wait_for_more(seen);
    // A worker beyond the number of parts is not waited for and must not read the job, which may change under it; that
    // number is part of the generation: its lower bits.
    if (part >= seen % (most_threads + 1)) continue;
    job mine = current;
    mine.work(mine.context, part, mine.parts);
    atomic_fetch_sub_explicit(&unfinished, 1, memory_order_release);
  }
  return NULL;
}

size_t tk_threads(void) {
  size_t count = atomic_load_explicit(&wanted, memory_order_relaxed);
  if (count != 0) return count;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  tk_set_threads(cores > 1 ? (size_t)cores : 1);
  return atomic_load_explicit(&wanted, memory_order_relaxed);
}

void tk_set_threads(size_t threads) {
  atomic_store(&wanted, threads < 1 ? 1 : threads > most_threads ? most_threads : threads);
}

static void run_alone(tk_part work, const void *context, size_t parts) {
  for (size_t part = 0; part < parts; part++) work(context, part, parts);
}

// Starts workers until there are `parts` - 1; false where the system gives no more of them.
static bool start_workers(size_t parts) {
  while (started + 1 < parts) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_worker, (void *)(started + 1)) != 0) return false;
    pthread_detach(thread);
    started++;
  }
  return true;
}

void tk_parallel(size_t parts, tk_part work, const void *context) {
  if (parts == 1 || is_working || pthread_mutex_trylock(&owner) != 0) {
    run_alone(work, context, parts);
    return;
  }
  if (!start_workers(parts)) {
    pthread_mutex_unlock(&owner);
    run_alone(work, context, parts);
    return;
  }
  current = (job){work, context, parts};
  atomic_store_explicit(&unfinished, parts - 1, memory_order_relaxed);
  size_t before = atomic_load_explicit(&generation, memory_order_relaxed) / (most_threads + 1);
  pthread_mutex_lock(&sleep_lock);
  atomic_store_explicit(&generation, (before + 1) * (most_threads + 1) + parts, memory_order_release);
  pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&sleep_lock);
  is_working = true;
  work(context, 0, parts);
  is_working = false;
  for (int i = 0; atomic_load_explicit(&unfinished, memory_order_acquire) != 0; i++) {
    if (i < spins) {
      pause_briefly();
    } else {
      sched_yield();
    }
  }
  pthread_mutex_unlock(&owner);
}

size_t tk_parts(size_t cost) { return cost < smallest_share ? 1 : tk_threads(); }
