package io.sluice.network;

/** Told to every connection as a Netty user event when its listener stops: take no new request, answer what is in flight, close. */
public enum Drain {
    /** The only value. */
    NOW
}
