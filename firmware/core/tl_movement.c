#include "tl_movement.h"

enum { AXES = 3 };

void tl_movement_start(struct tl_movement *m) {
    m->squares = 0;
    for (uint32_t axis = 0; axis < AXES; axis++) {
        m->sums[axis] = 0;
    }
    m->filled = 0;
    m->known = 0;
    m->oldest = 0;
    m->moving = false;
    m->decided = false;
}

static void add_recent(struct tl_movement *m, const int16_t *xyz, int32_t sign) {
    for (uint32_t axis = 0; axis < AXES; axis++) {
        m->sums[axis] += sign * xyz[axis];
        m->squares += (int64_t)sign * xyz[axis] * xyz[axis];
    }
}

// Whether the level is above, with this sample the newest. Squares of sums of 2^11 samples stay below 2^53.
static bool above_level(struct tl_movement *m, const int16_t *xyz) {
    int16_t *slot = m->recent + (uint32_t)AXES * m->oldest;
    if (m->known == m->settings->span) {
        add_recent(m, slot, -1);
    } else {
        m->known++;
    }
    for (uint32_t axis = 0; axis < AXES; axis++) {
        slot[axis] = xyz[axis];
    }
    add_recent(m, xyz, 1);
    m->oldest = (uint16_t)(m->oldest + 1U < m->settings->span ? m->oldest + 1U : 0U);
    int64_t spread = m->known * m->squares;
    for (uint32_t axis = 0; axis < AXES; axis++) {
        spread -= (int64_t)m->sums[axis] * m->sums[axis];
    }
    int64_t most = (int64_t)m->settings->level * m->known;
    return spread > most * most;
}

// Copy samples inside `counts`, from the end or from the beginning, so that none is written over before it is read.
static void move(struct tl_movement *m, int32_t from, int32_t to, int32_t samples) {
    int32_t values = samples * AXES;
    for (int32_t i = 0; i < values; i++) {
        int32_t at = from > to ? i : values - 1 - i;
        m->counts[to * AXES + at] = m->counts[from * AXES + at];
    }
}

// Leave out the oldest samples.
static void forget(struct tl_movement *m, int32_t samples) {
    if (samples <= 0) {
        return;
    }
    move(m, samples, 0, m->filled - samples);
    m->filled -= samples;
    m->start -= samples;
    m->end -= samples;
}

static bool whole_window(struct tl_movement *m) {
    m->held = 0;
    m->behind = m->filled - m->settings->window;
    m->begins = !m->decided;
    m->decided = true;
    return true;
}

// How many held samples stand before `samples` of a movement, so that its middle is that of the window.
// Rounded half up; C twin of centred in tinylab/dsp/windows.py.
static int32_t held_before(const struct tl_movement *m, int32_t samples) {
    uint64_t total = 0;
    uint64_t weighted = 0;
    for (int32_t i = 0; i + 1 < samples; i++) {
        const int16_t *xyz = m->counts + i * AXES;
        uint32_t change = 0;
        for (uint32_t axis = 0; axis < AXES; axis++) {
            int32_t step = xyz[AXES + axis] - xyz[axis];
            change += (uint32_t)(step < 0 ? -step : step);
        }
        total += change;
        weighted += (uint64_t)change * (uint32_t)(2 * i + 1);
    }
    int32_t most = m->settings->window - samples;
    if (total == 0U) {
        return (most + 1) / 2;
    }
    uint64_t middle = (uint64_t)m->settings->window * total;
    uint64_t before = middle > weighted ? (middle - weighted) / (2U * total) : 0U;
    return before < (uint64_t)most ? (int32_t)before : most;
}

// Hold sample `from` at all places from `first` to before `last`.
static void hold(struct tl_movement *m, int32_t from, int32_t first, int32_t last) {
    for (int32_t i = first; i < last; i++) {
        for (int32_t axis = 0; axis < AXES; axis++) {
            m->counts[i * AXES + axis] = m->counts[from * AXES + axis];
        }
    }
}

// The first `samples` become a window; what is behind them waits behind it.
static bool centred_window(struct tl_movement *m, int32_t samples) {
    int32_t window = m->settings->window;
    int32_t before = held_before(m, samples);
    m->held = samples;
    m->behind = m->filled - samples;
    m->begins = true;
    move(m, samples, window, m->behind);
    move(m, 0, before, samples);
    hold(m, before, 0, before);
    hold(m, before + samples - 1, before + samples, window);
    return true;
}

static bool in_movement(struct tl_movement *m, bool above) {
    const struct tl_movement_settings *s = m->settings;
    if (above) {
        m->end = m->filled;
    }
    int32_t moved = m->end - s->span / 2;  // the level falls one span after the movement
    if (moved <= m->start) {
        moved = m->start + 1;
    }
    int32_t end = moved + s->air < m->filled ? moved + s->air : m->filled;
    if (end >= s->window) {
        return whole_window(m);
    }
    if (m->filled - m->end < s->rest) {
        return false;
    }
    bool short_one = !m->decided && moved - m->start >= s->shortest;
    m->moving = false;
    m->decided = false;
    if (short_one) {
        return centred_window(m, end);
    }
    forget(m, end);
    return false;
}

bool tl_movement_push(struct tl_movement *m, const int16_t *xyz) {
    const struct tl_movement_settings *s = m->settings;
    bool above = above_level(m, xyz);
    for (int32_t axis = 0; axis < AXES; axis++) {
        m->counts[m->filled * AXES + axis] = xyz[axis];
    }
    m->filled++;
    if (above && !m->moving) {
        forget(m, m->filled - 1 - s->air);
        m->start = m->filled - 1;
        m->moving = true;
        m->decided = false;
    }
    if (m->moving) {
        return in_movement(m, above);
    }
    if (m->filled < s->window) {
        return false;
    }
    if (s->decides_rest) {
        return whole_window(m);
    }
    forget(m, m->filled - s->air);
    return false;
}

void tl_movement_advance(struct tl_movement *m) {
    if (m->held == 0) {
        forget(m, m->settings->stride);
        return;
    }
    move(m, m->settings->window, 0, m->behind);
    m->filled = m->behind;
}
