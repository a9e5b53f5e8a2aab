package io.sluice.protocol.redis.command;

import io.sluice.broker.api.Broker;

/** What one client has told of itself and chosen. Owner: its connection's event loop; other threads see it a moment later. */
public final class Session {
    private final long id;
    private final String address;
    private final String localAddress;
    private final long sinceWallMs;
    private volatile Broker broker;
    private volatile String user = "default";
    private volatile boolean isAuthenticated;
    private volatile int database;
    private volatile boolean isVersion3;
    private volatile String name = "";
    private volatile String libraryName = "";
    private volatile String libraryVersion = "";
    private volatile String lastCommand = "NULL";
    private volatile boolean isBlocked;

    /** A client at the address. */
    public Session(long id, String address, String localAddress, long sinceWallMs, Broker broker) {
        this.id = id;
        this.address = address;
        this.localAddress = localAddress;
        this.sinceWallMs = sinceWallMs;
        this.broker = broker;
    }

    /** Everything but who it is and where, as at the beginning: RESET. */
    public void reset() {
        database = 0;
        isVersion3 = false;
        name = "";
    }

    /** Number of the client, never given twice. */
    public long id() {
        return id;
    }

    /** Where it connects from. */
    String address() {
        return address;
    }

    /** Where it connects to. */
    String localAddress() {
        return localAddress;
    }

    /** The broker as this client may use it. */
    public Broker broker() {
        return broker;
    }

    /** It is this user from now on. */
    public void become(String newUser, Broker view) {
        user = newUser;
        broker = view;
        isAuthenticated = true;
    }

    /** It is nobody again. */
    public void forget(Broker view, boolean mayStay) {
        user = "default";
        broker = view;
        isAuthenticated = mayStay;
    }

    /** Whether it may do more than log in. */
    public boolean isAuthenticated() {
        return isAuthenticated;
    }

    /** Name of its user. */
    public String user() {
        return user;
    }

    /** The database in use. */
    public int database() {
        return database;
    }

    void select(int index) {
        database = index;
    }

    /** Whether it speaks version 3 of the protocol. */
    public boolean isVersion3() {
        return isVersion3;
    }

    void speak(boolean version3) {
        isVersion3 = version3;
    }

    String name() {
        return name;
    }

    void name(String newName) {
        name = newName;
    }

    void library(String newName, String newVersion) {
        libraryName = newName;
        libraryVersion = newVersion;
    }

    String libraryName() {
        return libraryName;
    }

    String libraryVersion() {
        return libraryVersion;
    }

    /** Remembers the command for CLIENT LIST. */
    public void did(String command) {
        lastCommand = command;
    }

    /** Whether it waits in a blocking command. */
    public boolean isBlocked() {
        return isBlocked;
    }

    /** It begins or ends to wait. */
    public void blocked(boolean waits) {
        isBlocked = waits;
    }

    /** Its line in CLIENT LIST. */
    String line(long wallMs) {
        return "id=" + id + " addr=" + address + " laddr=" + localAddress + " fd=0 name=" + name + " age="
                + Math.max(0, (wallMs - sinceWallMs) / 1000) + " idle=0 flags=" + (isBlocked ? "b" : "N") + " db="
                + database
                + " sub=0 psub=0 ssub=0 multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0"
                + " obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=" + lastCommand + " user=" + user + " redir=-1 resp="
                + (isVersion3 ? 3 : 2) + " lib-name=" + libraryName + " lib-ver=" + libraryVersion;
    }
}
