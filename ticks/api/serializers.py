from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from ticks.archive import index
from ticks.live.store import Store
from ticks.models import Stream


class StreamSerializer(serializers.HyperlinkedModelSerializer[Stream]):
    """A stream, with links to itself and to its ticks."""

    ticks = serializers.HyperlinkedIdentityField(view_name="stream-ticks", lookup_field="name")

    class Meta:
        model = Stream
        fields = ["url", "name", "public", "description", "ticks"]
        extra_kwargs = {"url": {"lookup_field": "name"}}


class StreamDetailSerializer(StreamSerializer):
    """And what is kept of it: epochs, the oldest `t` of the newest one, the newest `t`, the count archived."""

    epochs = serializers.SerializerMethodField()
    newest_t = serializers.SerializerMethodField()

    class Meta(StreamSerializer.Meta):
        fields = [*StreamSerializer.Meta.fields, "epochs", "newest_t"]

    def get_epochs(self, stream: Stream) -> list[Mapping[str, Any]]:
        return index.epochs_kept(stream.name)

    def get_newest_t(self, stream: Stream) -> int | None:
        store: Store = self.context["store"]
        head = store.head()
        row = None if head else index.newest(stream.name)
        return head.tip.t if head else row.last_t if row else None
