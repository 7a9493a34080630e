"""In which order events reach the record: as they happened, one in a hundred late, or one in twenty corrected."""
import random
from collections import namedtuple

from organisation import MONTH, SECOND, structured


class Arrival(namedtuple("Arrival", "lines learned withdrawn delayed")):
    """lines: what is appended, in this order. learned: {number of an event: its place among the lines}. withdrawn: {number of an
    event: the place of its retraction}. delayed: the numbers of those that came late."""

    @property
    def corrected(self):
        return self.delayed | self.withdrawn.keys()

    def place_of_correction(self, event):
        return self.withdrawn.get(event, self.learned[event])


RETRACTABLE = ("grant.issued", "grant.revoked", "membership.added", "identity.suspended")


def in_order(organisation):
    return arranged([(event.time, event.number, event.json()) for event in organisation.events])


def late(organisation, share, seed):
    """The same events; this share comes an hour to thirty days after it happened."""
    draw = random.Random(seed)
    delayed = share / share_that_may(organisation)
    return arranged([(event.time + (delay(draw) if event.may_be_late and draw.random() < delayed else 0), event.number, event.json())
                     for event in organisation.events])


def corrected(organisation, share, seed):
    """This share is corrected: two thirds come late, one third is retracted an hour to thirty days after it came."""
    draw = random.Random(seed)
    touched = share / share_that_may(organisation)
    told, retractions, delayed = [], {}, set()
    number = max(event.number for event in organisation.events) + 1
    for event in organisation.events:
        comes = event.time
        if event.may_be_late and draw.random() < touched:
            if event.type in RETRACTABLE and draw.random() < 0.4:
                at = comes + delay(draw)
                told.append((at, number, retraction(event, number, at)))
                retractions[event.number] = number
                number += 1
            else:
                comes += delay(draw)
                delayed.add(event.number)
        told.append((comes, event.number, event.json()))
    return arranged(told, retractions, delayed)


def share_that_may(organisation):
    return sum(event.may_be_late for event in organisation.events) / len(organisation.events)


def delay(draw):
    return int(3_600 * SECOND + draw.random() * MONTH)


def retraction(event, number, time):
    data = {"target": {"source": event.source(), "id": event.id()}, "key": event.subject, "reason": "entered by mistake"}
    return structured(event.source(), f"e{number:08d}", "event.retracted", event.subject, time, data, number)


def arranged(told, retractions=None, delayed=frozenset()):
    told.sort(key=lambda one: one[:2])
    place = {number: at for at, (_, number, _) in enumerate(told)}
    withdrawn = {target: place[number] for target, number in (retractions or {}).items()}
    return Arrival([line for _, _, line in told], place, withdrawn, set(delayed))
