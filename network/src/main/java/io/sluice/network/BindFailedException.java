package io.sluice.network;

/** A listener could not take its address. */
public final class BindFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String address;
    private final String reason;

    /** With the address as the settings named it and the operating system's reason. */
    public BindFailedException(String address, String reason, Throwable cause) {
        super("cannot listen on " + address + ": " + reason, cause);
        this.address = address;
        this.reason = reason;
    }

    /** Host and port as the settings named them. */
    public String address() {
        return address;
    }

    /** Why, in the operating system's words. */
    public String reason() {
        return reason;
    }
}
