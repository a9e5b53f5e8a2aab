"""redis-py's RedisCluster: finds the deciding node by any other; streams and a group of it. Arguments: host, port."""
import sys

from redis.cluster import ClusterNode, RedisCluster

host, port = sys.argv[1:3]

with RedisCluster(startup_nodes=[ClusterNode(host, int(port))], decode_responses=True) as r:
    assert len(r.get_nodes()) == 3 and len(r.get_primaries()) == 1
    keys = ["pycluster:%d" % i for i in range(20)]
    for i, key in enumerate(keys):
        assert r.xadd(key, {"i": i}, id="1-%d" % (i + 1)) == "1-%d" % (i + 1)
    assert all(r.xlen(key) == 1 for key in keys)
    key = keys[0]
    assert r.xgroup_create(key, "g", "0")
    read = r.xreadgroup("g", "a", {key: ">"}, count=10)
    # RESP 2 gives a list, RESP 3 a map.
    entries = read[key] if isinstance(read, dict) else read[0][1]
    assert "1-1" in str(entries)
    assert r.xpending(key, "g")["pending"] == 1
    assert r.xclaim(key, "g", "b", 0, ["1-1"])[0][0] == "1-1"
    assert r.xack(key, "g", "1-1") == 1
    with r.pipeline() as p:
        for each in keys:
            p.xadd(each, {"more": "1"})
        assert len(p.execute()) == len(keys)
    assert r.delete(*[key]) == 1
print("all well")
