package io.sluice.protocol.redis;

import io.sluice.broker.api.Broker;
import io.sluice.broker.api.Caller;
import io.sluice.broker.api.Principal;
import io.sluice.broker.api.StreamService;
import io.sluice.network.MemoryBudget;
import io.sluice.network.RateLimitedLog;
import io.sluice.protocol.redis.command.CommandTable;
import io.sluice.protocol.redis.command.ServerState;
import io.sluice.protocol.redis.command.Session;
import io.sluice.protocol.redis.command.SlowLog;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.slf4j.LoggerFactory;

/** What all connections of one listener share. Any thread. */
final class RedisListener implements ServerState {
    private final RedisSettings settings;
    private final RedisSecurity security;
    private final Broker broker;
    private final RedisHost host;
    private final CommandTable commands;
    private final MemoryBudget requestMemory;
    private final MemoryBudget transactionMemory;
    private final RateLimitedLog refusals;
    private final AtomicLong lastId = new AtomicLong();
    private final LongAdder commandCount = new LongAdder();
    private final Map<Long, RedisConnection> connections = new ConcurrentHashMap<>();
    private final long sinceNs;
    private final SlowLog slowLog = new SlowLog();
    private volatile long idleSeconds;
    private volatile int port;

    RedisListener(RedisSettings settings, RedisSecurity security, Broker broker, RedisHost host) {
        this.settings = settings;
        this.security = security;
        this.broker = broker;
        this.host = host;
        requestMemory = new MemoryBudget(settings.requestMemoryBytes());
        transactionMemory = new MemoryBudget(settings.requestMemoryBytes());
        refusals = new RateLimitedLog(LoggerFactory.getLogger(RedisConnection.class), host.clock());
        sinceNs = host.clock().nanoTime();
        commands = new CommandTable(this);
    }

    void bound(int boundPort) {
        port = boundPort;
    }

    RedisSettings settings() {
        return settings;
    }

    RedisSecurity security() {
        return security;
    }

    RedisHost host() {
        return host;
    }

    CommandTable commands() {
        return commands;
    }

    MemoryBudget requestMemory() {
        return requestMemory;
    }

    /** Of what is queued between MULTI and EXEC: apart, for only the client that queued it can end it. */
    MemoryBudget transactionMemory() {
        return transactionMemory;
    }

    RateLimitedLog refusals() {
        return refusals;
    }

    /** The broker as whoever comes from the address may use it before a login. */
    Broker anonymous(String address) {
        return broker.as(new Caller(Principal.ANONYMOUS, address));
    }

    Broker as(Principal principal, String address) {
        return broker.as(new Caller(principal, address));
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    void opened(RedisConnection connection) {
        connections.put(connection.session().id(), connection);
    }

    void closed(RedisConnection connection) {
        connections.remove(connection.session().id());
    }

    void carriedOut() {
        commandCount.increment();
    }

    @Override
    public Collection<Session> clients() {
        return connections.values().stream().map(RedisConnection::session).toList();
    }

    @Override
    public boolean unblock(long clientId, boolean withError) {
        RedisConnection connection = connections.get(clientId);
        return connection != null && connection.unblock(withError);
    }

    @Override
    public boolean kill(long clientId) {
        RedisConnection connection = connections.get(clientId);
        if (connection != null) {
            connection.kill();
        }
        return connection != null;
    }

    @Override
    public boolean isLoginRequired() {
        return security.logins().isRequired();
    }

    @Override
    public long commandCount() {
        return commandCount.sum();
    }

    @Override
    public long connectionCount() {
        return lastId.get();
    }

    @Override
    public long uptimeSeconds() {
        return (host.clock().nanoTime() - sinceNs) / 1_000_000_000;
    }

    @Override
    public SlowLog slowLog() {
        return slowLog;
    }

    @Override
    public long idleSeconds() {
        return idleSeconds;
    }

    @Override
    public void idleSeconds(long seconds) {
        idleSeconds = seconds;
        connections.values().forEach(RedisConnection::watchIdle);
    }

    @Override
    public String listenerName() {
        return settings.listener().name();
    }

    @Override
    public boolean isClustered() {
        return broker.cluster().nodes().size() > 1;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public StreamService streams() {
        return broker.streams();
    }

    @Override
    public boolean isDebugAllowed() {
        return settings.isDebugAllowed();
    }

    @Override
    public int clientsMax() {
        return settings.listener().limits().connectionsMax();
    }

    @Override
    public int requestBytesMax() {
        return settings.requestBytesMax();
    }

    @Override
    public RandomGenerator random() {
        return host.random();
    }

    @Override
    public String runId() {
        return host.runId();
    }

    @Override
    public String version() {
        return host.version();
    }
}
