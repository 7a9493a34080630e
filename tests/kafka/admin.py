"""Administration of a Cluster: topics, partitions, offsets, ACLs. One Java process as long as the cluster (AdminConsole.java).

Refused (from programs.py) is raised with the broker's reason: `TopicExistsException`, `UnknownTopicOrPartitionException` …
Waits where the broker is eventual: a topic that was created has leaders, one that was deleted is unknown to every node.
"""
import artifacts
import wire
from broker import ADMIN
from process import wait_until
from programs import Program, Refused  # noqa: F401  for those who catch it

SETTLE_SECONDS_MAX = 60


class Admin:
    """Comes in as `admin` where the cluster has users, unless another is named."""

    def __init__(self, cluster, user=None):
        self._cluster = cluster
        class_path = [f"{artifacts.programs()}/admin", f"{cluster.libraries}/*"]
        client = cluster.client_file(user or (ADMIN if cluster.users else None), {"default.api.timeout.ms": 60000})
        self._program = Program(cluster, "AdminConsole", class_path, [client])

    def _ask(self, do, **request):
        return self._program.ask({"do": do, **request})["ok"]

    # --- cluster

    def nodes(self):
        """Node ids of the living brokers."""
        return sorted(self._ask("cluster")["nodes"])

    def controller(self):
        """The active controller: who leads the quorum."""
        return self._ask("cluster")["controller"]

    # --- topics

    def topics(self):
        return sorted(self._ask("topics"))

    def create_topic(self, topic, partitions=1, replication=None, **config):
        """config: retention_ms=-1 for retention.ms. Replication: on three nodes 3, else 1, unless said."""
        replication = replication or (3 if len(self._cluster.nodes) >= 3 else 1)
        self._ask("create_topic", topic=topic, partitions=partitions, replication=replication, config=_config(config))
        self._await_leaders(topic, partitions)

    def delete_topic(self, topic):
        self._ask("delete_topic", topic=topic)
        wait_until(lambda: not any(self._knows(node, topic, 0) for node in self._living()), SETTLE_SECONDS_MAX,
                   f"{topic} to be forgotten")

    def describe_topic(self, topic):
        """{"id", "partitions": [{"partition", "leader", "replicas", "in_sync"}], "config": {name: value}}"""
        return self._ask("describe_topic", topic=topic)

    def alter_topic(self, topic, **config):
        """As in create_topic; None = the broker's default again."""
        self._ask("alter_topic", topic=topic, config=_config(config))

    def add_partitions(self, topic, total):
        self._ask("add_partitions", topic=topic, total=total)
        self._await_leaders(topic, total)

    def elect_leader(self, topic, partition):
        """Gives the lead back to the first replica. Refused if it leads already or is not there."""
        self._ask("elect_leader", topic=topic, partition=partition)

    def delete_records(self, topic, partition, before):
        """What retention does: the partition begins at `before` afterwards."""
        self._ask("delete_records", topic=topic, partition=partition, before=before)

    # --- offsets

    def offsets(self, topic):
        """{partition: {"begin", "end", "stable"}}; stable = last stable offset, below the end while a transaction is open."""
        return {int(p): o for p, o in self._ask("offsets", topic=topic).items()}

    def group_offsets(self, group):
        """{"topic-partition": offset}"""
        return self._ask("group_offsets", group=group)

    def set_group_offset(self, group, topic, partition, offset):
        self._ask("set_group_offset", group=group, topic=topic, partition=partition, offset=offset)

    # --- who may what

    def allow(self, user, *operations, topic=None, group=None, transactional_id=None):
        """Operations as AclOperation names them: "read", "write", "describe" …; `*` as name = all."""
        for resource, name in (("topic", topic), ("group", group), ("transactional_id", transactional_id)):
            if name is not None:
                self._ask("allow", user=user, operations=operations, resource=resource, name=name)

    def acls(self):
        """[{"user", "resource", "name", "operation"}]"""
        return self._ask("acls")

    def remove_acls(self):
        """All of them; returns how many."""
        return self._ask("remove_acls")

    # ---

    def _await_leaders(self, topic, partitions):
        """A created topic is known to the controller first, and to each broker a little later."""
        wait_until(lambda: all(self._knows(node, topic, p) for node in self._living() for p in range(partitions)),
                   SETTLE_SECONDS_MAX, f"leaders of {topic}")

    def _living(self):
        return [node for node in self._cluster.nodes if self._cluster.alive(node) and self._cluster.answers(node)]

    def _knows(self, node, topic, partition):
        try:
            known = self._cluster.metadata(node).partitions.get((topic, partition))
        except wire.NoAnswer:
            return False
        return known is not None and known.leader > 0


def _config(words):
    return {name.replace("_", "."): value if value is None else str(value) for name, value in words.items()}
