#include "tk_threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
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

// One piece of work at a time. Which of its parts are taken is told by `state`: the number of the piece, how many parts it
// has and how many are taken, 16 bits each of the last two. Whoever takes a part runs it, the one who gave the work
// included: a thread that the system lets wait holds nobody up before it has begun.
static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t sleep_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static pthread_cond_t finished = PTHREAD_COND_INITIALIZER;
static job current;
static _Atomic uint64_t state;
static atomic_size_t unfinished;
static atomic_bool owner_sleeps;
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

static size_t parts_of(uint64_t value) { return (size_t)(value >> 16 & 0xFFFF); }
static size_t taken_of(uint64_t value) { return (size_t)(value & 0xFFFF); }
static bool has_work(uint64_t value) { return taken_of(value) < parts_of(value); }

// Takes a part and runs it; false where none is left. A piece of work cannot end, nor `current` change, before every part
// that was taken is done.
static bool run_one(void) {
  uint64_t value = atomic_load_explicit(&state, memory_order_acquire);
  do {
    if (!has_work(value)) return false;
  } while (!atomic_compare_exchange_weak_explicit(
      &state, &value, value + 1, memory_order_acq_rel, memory_order_acquire));
  job mine = current;
  mine.work(mine.context, taken_of(value), mine.parts);
  if (atomic_fetch_sub(&unfinished, 1) == 1 && atomic_load(&owner_sleeps)) {
    pthread_mutex_lock(&sleep_lock);
    pthread_cond_signal(&finished);
    pthread_mutex_unlock(&sleep_lock);
  }
  return true;
}

static void wait_for_work(void) {
  for (int i = 0; i < spins; i++) {
    if (has_work(atomic_load_explicit(&state, memory_order_acquire))) return;
    pause_briefly();
  }
  pthread_mutex_lock(&sleep_lock);
  while (!has_work(atomic_load(&state))) pthread_cond_wait(&wake, &sleep_lock);
  pthread_mutex_unlock(&sleep_lock);
}

static void *run_worker(void *nothing) {
  is_working = true;
  for (;;) {
    wait_for_work();
    while (run_one()) {
    }
  }
  return nothing;
}

static void wait_for_others(void) {
  for (int i = 0; i < spins; i++) {
    if (atomic_load_explicit(&unfinished, memory_order_acquire) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&sleep_lock);
  atomic_store(&owner_sleeps, true);
  while (atomic_load(&unfinished) != 0) pthread_cond_wait(&finished, &sleep_lock);
  atomic_store(&owner_sleeps, false);
  pthread_mutex_unlock(&sleep_lock);
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
    if (pthread_create(&thread, NULL, run_worker, NULL) != 0) return false;
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
  atomic_store(&unfinished, parts);
  uint64_t piece = (atomic_load_explicit(&state, memory_order_relaxed) >> 32) + 1;
  pthread_mutex_lock(&sleep_lock);
  atomic_store_explicit(&state, piece << 32 | (uint64_t)parts << 16, memory_order_release);
  pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&sleep_lock);
  is_working = true;
  while (run_one()) {
  }
  is_working = false;
  wait_for_others();
  pthread_mutex_unlock(&owner);
}

size_t tk_parts(size_t cost) { return cost < smallest_share ? 1 : tk_threads(); }
