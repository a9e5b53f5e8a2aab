package io.sluice.protocol.redis.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The requests that took longest lately, newest first: from when they were handed over until their answer was there, waits for
 * entries left out. Of changes that shared a commit the first stands for all. Passwords are in none of them. Any thread.
 */
public final class SlowLog {
    static final long LENGTH_MAX = 10_000;

    private static final long STANDARD_MICROS = 10_000;
    private static final int STANDARD_LENGTH = 128;
    private static final int WORDS_MAX = 32;
    private static final int WORD_BYTES_MAX = 128;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private volatile long thresholdMicros = STANDARD_MICROS;
    private volatile int lengthMax = STANDARD_LENGTH;
    private long lastId;

    /** One of them. */
    record Entry(long id, long wallSeconds, long micros, List<byte[]> words, String address, String name) {}

    /** Empty. */
    public SlowLog() {}

    /** What takes so long is kept; less than 0 for nothing. */
    long thresholdMicros() {
        return thresholdMicros;
    }

    void thresholdMicros(long micros) {
        thresholdMicros = micros;
    }

    int lengthMax() {
        return lengthMax;
    }

    synchronized void lengthMax(int count) {
        lengthMax = count;
        shorten();
    }

    /** Keeps the request if it took long. */
    public void took(Request request, Session session, long micros, long wallMs) {
        long threshold = thresholdMicros;
        if (threshold >= 0 && micros >= threshold && !isSecret(request.name())) {
            keep(request, session, micros, wallMs);
        }
    }

    private static boolean isSecret(String name) {
        return name.equals("acl") || name.equals("auth") || name.equals("hello") || name.equals("config");
    }

    private synchronized void keep(Request request, Session session, long micros, long wallMs) {
        List<byte[]> words = shown(request.words());
        entries.addFirst(new Entry(lastId++, wallMs / 1_000, micros, words, session.address(), session.name()));
        shorten();
    }

    private static List<byte[]> shown(List<byte[]> words) {
        List<byte[]> shown = new ArrayList<>();
        boolean isWhole = words.size() <= WORDS_MAX;
        int count = isWhole ? words.size() : WORDS_MAX - 1;
        for (byte[] word : words.subList(0, count)) {
            shown.add(shown(word));
        }
        if (!isWhole) {
            shown.add(ascii("... (" + (words.size() - count) + " more arguments)"));
        }
        return shown;
    }

    private static byte[] shown(byte[] word) {
        if (word.length <= WORD_BYTES_MAX) {
            return word;
        }
        byte[] rest = ascii("... (" + (word.length - WORD_BYTES_MAX) + " more bytes)");
        byte[] shown = Arrays.copyOf(word, WORD_BYTES_MAX + rest.length);
        System.arraycopy(rest, 0, shown, WORD_BYTES_MAX, rest.length);
        return shown;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void shorten() {
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }

    synchronized List<Entry> newest(long count) {
        return entries.stream().limit(count).toList();
    }

    synchronized int length() {
        return entries.size();
    }

    synchronized void clear() {
        entries.clear();
    }
}
