"""The OpenID AuthZEN Authorization API 1.0 over a socket: the cases of its certification scenario, written out, and tenure's own rules.

The fixture is the scenario's: alice and bob, record-1 and record-2, read, write and delete. What the scenario decides by `properties`
is decided here by who may do what on which record; tests whose names say "Properties" are those of the scenario's sub-level.
"""
import json
import subprocess
import threading

from harness import BINARY, event, main
from server import ServedTest, SharedTest

LONG_AGO = "2024-01-10T00:00:00Z"
ALICE, BOB = {"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}
READ, WRITE, DELETE = {"name": "read"}, {"name": "write"}, {"name": "delete"}
RECORD_1, RECORD_2 = {"type": "record", "id": "record-1"}, {"type": "record", "id": "record-2"}
ACTIVE, ARCHIVED = {"properties": {"status": "active"}}, {"properties": {"status": "archived"}}
ADMIN_BOB = {**BOB, "properties": {"role": "admin"}}
EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
SUBJECTS, RESOURCES, ACTIONS = (f"/access/v1/search/{what}" for what in ("subject", "resource", "action"))


def old(id, type, data, time=LONG_AGO):
    return event(id, type, data, time=time)


def grant(id, principal, actions, resources, time=LONG_AGO, **more):
    permission = {"effect": more.pop("effect", "allow"), "actions": actions, "resources": resources}
    if "permission_condition" in more:
        permission["condition"] = more.pop("permission_condition")
    return old(id, "grant.issued", {"grant": id, "principal": principal, "permissions": [permission], **more}, time)


def scenario():
    lines = [old(f"i-{name}", "identity.registered", {"identity": f"user:{name}"}) for name in ("alice", "bob")]
    lines += [grant("g-1", "user:alice", ["read", "write"], ["record:record-1"]), grant("g-2", "user:alice", ["read"], ["record:record-2"]),
              grant("g-3", "user:bob", ["read"], ["record:record-1"]), grant("g-4", "user:bob", ["write"], ["record:record-2"]),
              grant("g-5", "user:alice", ["delete"], ["record:record-1"], permission_condition="soft == true")]
    return "".join(lines)


class AuthzenCase:
    """What the cases share; mixed into the classes of tests."""

    @classmethod
    def record(cls):
        return scenario()

    def ask(self, path, body, status=200, headers=None):
        answer = self.served.post(path, body, headers)
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.content_type, "application/json" if status == 200 else "application/problem+json")
        return answer.json()

    def refused(self, path, body, field=None, status=400, headers=None):
        problem = self.ask(path, body, status, headers)
        self.assertEqual(problem["status"], status)
        if field is not None:
            self.assertEqual(problem.get("field", ""), field)
        return problem

    def decides(self, decision, subject, action, resource, **more):
        answer = self.ask(EVALUATION, {"subject": subject, "action": action, "resource": resource, **more})
        self.assertEqual(answer, {"decision": decision})

    def decisions(self, body, status=200):
        return [one["decision"] for one in self.ask(EVALUATIONS, body, status)["evaluations"]]

    def found(self, path, **body):
        answer = self.ask(path, body)
        self.assertIsInstance(answer["page"]["next_token"], str)
        self.assertEqual(answer["page"]["count"], len(answer["results"]))
        return answer["results"]


class Basic(AuthzenCase, SharedTest):
    def test_a_permit_is_a_decision_and_nothing_else(self):
        self.decides(True, ALICE, READ, RECORD_1)

    def test_a_second_permit(self):
        self.decides(True, ALICE, WRITE, RECORD_1)

    def test_a_permit_of_somebody_else(self):
        self.decides(True, BOB, READ, RECORD_1)

    def test_a_deny_is_200(self):
        self.decides(False, BOB, WRITE, RECORD_1)

    def test_a_context_is_accepted_and_changes_nothing(self):
        self.decides(True, ALICE, READ, RECORD_1, context={"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"})

    def test_any_form_of_time_in_the_context_is_accepted_and_never_backdates(self):
        for time in ("2019-01-01T00:00:00Z", "2019-01-01", "now-9000d", "1985-10-26T01:22-07:00", "noon", "", 7, -1.5, None, True, [],
                     {"at": "2019-01-01T00:00:00Z"}):
            with self.subTest(time=time):
                self.decides(True, ALICE, READ, RECORD_1, context={"time": time})
                self.decides(True, ALICE, READ, RECORD_1, context={"as_of": time, "as_known_at": time})

    def test_Properties_a_deny(self):
        self.decides(False, ALICE, WRITE, {**RECORD_2, **ARCHIVED})

    def test_Properties_a_permit_of_the_admin(self):
        self.decides(True, ADMIN_BOB, WRITE, {**RECORD_2, **ARCHIVED})

    def test_Properties_a_condition_is_never_evaluated_so_a_soft_delete_is_unknown_and_denied(self):
        self.decides(False, ALICE, {**DELETE, "properties": {"soft": True}}, RECORD_1)
        answer = self.ask(EVALUATION, {"subject": ALICE, "action": DELETE, "resource": RECORD_1, "context": {"tenure_explain": True}})
        self.assertEqual(answer["context"]["reason"], {"decision": "unknown", "because": ["condition"]})

    def test_Properties_a_hard_delete_is_denied(self):
        self.decides(False, ALICE, {**DELETE, "properties": {"soft": False}}, RECORD_1)

    def test_additional_properties_are_accepted(self):
        self.decides(True, {**ALICE, "properties": {"department": "Sales", "role": "manager"}},
                     {**READ, "properties": {"method": "GET"}}, {**RECORD_1, "properties": {"status": "active", "owner": "bob"}})

    def test_unknown_members_are_ignored_at_every_level(self):
        self.decides(True, {**ALICE, "x": 1}, {**READ, "x": [1]}, {**RECORD_1, "x": None}, foo="bar", futureField={"nested": True})

    def test_the_order_of_members_means_nothing(self):
        body = '{"resource":{"id":"record-1","type":"record"},"action":{"name":"read"},"subject":{"id":"alice","type":"user"}}'
        self.assertEqual(self.ask(EVALUATION, body, headers={"Content-Type": "application/json"}), {"decision": True})

    def test_each_required_member_that_is_missing_is_named(self):
        whole = {"subject": ALICE, "action": READ, "resource": RECORD_1}
        for name, field in (("subject", "subject"), ("action", "action.name"), ("resource", "resource")):
            with self.subTest(missing=name):
                self.refused(EVALUATION, {k: v for k, v in whole.items() if k != name}, field)
                self.refused(EVALUATION, {**whole, name: None}, field)

    def test_subject_without_type(self):
        self.refused(EVALUATION, {"subject": {"id": "alice"}, "action": READ, "resource": RECORD_1}, "subject.type")

    def test_subject_without_id(self):
        self.refused(EVALUATION, {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}, "subject.id")

    def test_action_without_name(self):
        self.refused(EVALUATION, {"subject": ALICE, "action": {}, "resource": RECORD_1}, "action.name")

    def test_resource_without_type(self):
        self.refused(EVALUATION, {"subject": ALICE, "action": READ, "resource": {"id": "record-1"}}, "resource.type")

    def test_resource_without_id(self):
        self.refused(EVALUATION, {"subject": ALICE, "action": READ, "resource": {"type": "record"}}, "resource.id")

    def test_empty_strings_are_missing(self):
        self.refused(EVALUATION, {"subject": {"type": "user", "id": ""}, "action": READ, "resource": RECORD_1}, "subject.id")
        self.refused(EVALUATION, {"subject": ALICE, "action": {"name": ""}, "resource": RECORD_1}, "action.name")

    def test_another_content_type_is_400(self):
        body = json.dumps({"subject": ALICE, "action": READ, "resource": RECORD_1})
        for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/xml"}, {}):
            with self.subTest(headers=headers):
                self.assertEqual(self.refused(EVALUATION, body, "Content-Type", headers=headers)["code"], "media_type_unsupported")

    def test_a_charset_is_no_other_content_type(self):
        body = json.dumps({"subject": ALICE, "action": READ, "resource": RECORD_1})
        self.assertTrue(self.ask(EVALUATION, body, headers={"Content-Type": "Application/JSON; charset=utf-8"})["decision"])

    def test_what_is_no_json_object_is_400(self):
        for body in ("{", "not json", '{"subject":}', "[]", "7", "null", '"x"', '{"subject":{}}x', b'{"subject":"\xff"}'):
            with self.subTest(body=body):
                self.assertEqual(self.refused(EVALUATION, body, headers={"Content-Type": "application/json"})["code"], "body_malformed")

    def test_an_empty_body_is_400(self):
        self.refused(EVALUATION, "", headers={"Content-Type": "application/json"})

    def test_wrong_types_are_400(self):
        whole = {"subject": ALICE, "action": READ, "resource": RECORD_1}
        for wrong, field in (({"subject": "alice"}, "subject"), ({"action": {"name": 123}}, "action.name"), ({"action": "read"}, "action"),
                             ({"resource": ["record", "record-1"]}, "resource"), ({"subject": {"type": 1, "id": "alice"}}, "subject.type"),
                             ({"resource": {"type": "record", "id": 1}}, "resource.id"), ({"context": "now"}, "context"),
                             ({"subject": {**ALICE, "properties": 1}}, "subject.properties"),
                             ({"context": {"tenure_explain": "true"}}, "context.tenure_explain"),
                             ({"context": {"tenure_as_of": 7}}, "context.tenure_as_of")):
            with self.subTest(wrong=wrong):
                self.assertEqual(self.refused(EVALUATION, {**whole, **wrong}, field)["code"], "member_malformed")

    def test_a_member_that_stands_twice_is_400(self):
        headers = {"Content-Type": "application/json"}
        rest = '"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}'
        twice = '{"subject":{"type":"user","id":"bob"},"subject":{"type":"user","id":"alice"},%s}' % rest
        self.assertEqual(self.refused(EVALUATION, twice, "subject", headers=headers)["code"], "member_repeated")
        inside = '{"subject":{"type":"user","id":"bob","id":"alice"},%s}' % rest
        self.assertEqual(self.refused(EVALUATION, inside, "subject.id", headers=headers)["code"], "member_repeated")

    def test_a_request_id_comes_back(self):
        answer = self.served.post(EVALUATION, {"subject": ALICE, "action": READ, "resource": RECORD_1}, {"X-Request-ID": "bfe9eb29-ab87"})
        self.assertEqual((answer.status, answer.headers["x-request-id"]), (200, "bfe9eb29-ab87"))
        answer = self.served.post(EVALUATION, {}, {"X-Request-ID": "of-an-error"})
        self.assertEqual((answer.status, answer.headers["x-request-id"]), (400, "of-an-error"))

    def test_without_a_request_id_nothing_fails(self):
        self.decides(True, ALICE, READ, RECORD_1)

    def test_the_same_request_gets_the_same_decision(self):
        for _ in range(5):
            self.decides(True, ALICE, READ, RECORD_1)
            self.decides(False, BOB, WRITE, RECORD_1)

    def test_another_method_is_405_and_told(self):
        answer = self.served.get(EVALUATION)
        self.assertEqual((answer.status, answer.headers["allow"]), (405, "POST"))

    def test_what_nobody_can_be_called_is_denied_and_no_error(self):
        for subject in ({"type": "User", "id": "alice"}, {"type": "urn:x", "id": "alice"}, {"type": "user:alice", "id": "x"},
                        {"type": "user", "id": "a\u0000"}, {"type": "user", "id": "a//b"}, {"type": "role", "id": "db"},
                        {"type": "user", "id": "x" * 3000}):
            with self.subTest(subject=subject):
                self.decides(False, subject, READ, RECORD_1)
        self.decides(False, ALICE, READ, {"type": "record", "id": "record-1/../record-2"})
        self.decides(False, ALICE, READ, {"type": "record:record-1", "id": "x"})

    def test_a_query_is_refused_lest_it_seem_to_be_heard(self):
        body = {"subject": ALICE, "action": READ, "resource": RECORD_1}
        self.assertEqual(self.refused(EVALUATION + "?as_of=2019-01-01", body)["code"], "parameter_unknown")

    def test_a_body_over_the_limit_is_413(self):
        body = {"subject": ALICE, "action": READ, "resource": RECORD_1, "x": "y" * (256 << 10)}
        self.assertEqual(self.refused(EVALUATION, body, status=413)["code"], "body_too_large")


class Batch(AuthzenCase, SharedTest):
    def test_defaults_for_subject_and_action(self):
        self.assertEqual(self.decisions({"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_2}]}),
                         [True, True])

    def test_decisions_come_in_the_order_asked(self):
        self.assertEqual(self.decisions({"subject": BOB, "resource": RECORD_1, "evaluations": [{"action": READ}, {"action": WRITE}]}),
                         [True, False])
        self.assertEqual(self.decisions({"subject": BOB, "resource": RECORD_1, "evaluations": [{"action": WRITE}, {"action": READ}]}),
                         [False, True])

    def test_Properties_of_each_resource(self):
        self.assertEqual(self.decisions({"subject": ALICE, "action": WRITE,
                                         "evaluations": [{"resource": {**RECORD_1, **ACTIVE}}, {"resource": {**RECORD_2, **ARCHIVED}}]}),
                         [True, False])

    def test_Properties_of_each_subject(self):
        self.assertEqual(self.decisions({"action": WRITE, "resource": {**RECORD_2, **ARCHIVED},
                                         "evaluations": [{"subject": ALICE}, {"subject": ADMIN_BOB}]}), [False, True])

    def test_fully_specified_evaluations(self):
        self.assertEqual(self.decisions({"evaluations": [{"subject": ALICE, "action": READ, "resource": RECORD_1},
                                                         {"subject": BOB, "action": WRITE, "resource": RECORD_1}]}), [True, False])

    def test_a_context_for_all_and_one_of_its_own(self):
        self.assertEqual(self.decisions({
            "subject": ALICE, "action": READ, "context": {"time": "2025-06-27T18:03-07:00"},
            "evaluations": [{"resource": RECORD_1},
                            {"resource": RECORD_2, "context": {"time": "2025-06-27T19:00-07:00", "source": "batch-override"}}]}), [True, True])

    def test_Properties_a_default_fills_the_part_that_an_item_leaves_out(self):
        self.assertEqual(self.decisions({
            "subject": ALICE, "action": WRITE, "resource": {"type": "record"},
            "evaluations": [{"resource": {"id": "record-1", **ACTIVE}}, {"resource": {**RECORD_2, **ARCHIVED}}]}), [True, False])

    def test_an_item_overrides_its_default(self):
        self.assertEqual(self.decisions({"subject": BOB, "action": WRITE, "resource": RECORD_1,
                                         "evaluations": [{}, {"subject": ALICE}, {"action": READ}, {"resource": RECORD_2}]}),
                         [False, True, True, True])

    def test_as_many_decisions_as_evaluations_and_none_beside_them(self):
        answer = self.ask(EVALUATIONS, {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}] * 7})
        self.assertEqual(answer, {"evaluations": [{"decision": True}] * 7})

    def test_an_item_that_misses_something_is_denied_and_the_others_are_answered(self):
        answer = self.ask(EVALUATIONS, {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, {}, {"resource": RECORD_2}]})
        self.assertEqual(answer, {"evaluations": [{"decision": True}, {"decision": False}, {"decision": True}]})

    def test_what_an_item_misses_is_told_if_asked_for(self):
        answer = self.ask(EVALUATIONS, {"subject": ALICE, "action": READ, "context": {"tenure_explain": True},
                                        "evaluations": [{}, {"resource": 7}, 7, {"resource": {"type": "Record", "id": "x"}}]})
        errors = [one["context"]["error"] for one in answer["evaluations"]]
        self.assertEqual([e["code"] for e in errors], ["member_missing", "member_malformed", "member_malformed", "reference_malformed"])
        self.assertEqual([e["status"] for e in errors], [400, 400, 400, 200])
        self.assertIn("resource", errors[0]["message"])

    def test_without_evaluations_it_is_a_single_one(self):
        self.assertEqual(self.ask(EVALUATIONS, {"subject": ALICE, "action": READ, "resource": RECORD_1}), {"decision": True})
        self.refused(EVALUATIONS, {"subject": ALICE, "action": READ}, "resource")

    def test_with_no_evaluations_it_is_a_single_one(self):
        self.assertEqual(self.ask(EVALUATIONS, {"subject": ALICE, "action": READ, "resource": RECORD_1, "evaluations": []}),
                         {"decision": True})
        self.refused(EVALUATIONS, {"evaluations": []}, "subject")

    def three(self, semantic, *actions):
        return self.decisions({"subject": BOB, "resource": RECORD_1, "options": {"evaluations_semantic": semantic, "another": 1},
                               "evaluations": [{"action": action} for action in actions]})

    def test_execute_all(self):
        self.assertEqual(self.three("execute_all", READ, WRITE, READ), [True, False, True])

    def test_deny_on_first_deny(self):
        self.assertEqual(self.three("deny_on_first_deny", READ, WRITE, READ), [True, False])
        self.assertEqual(self.three("deny_on_first_deny", READ, READ), [True, True])
        self.assertEqual(self.three("deny_on_first_deny", READ, {}, READ), [True, False])  # what is unanswerable denies

    def test_permit_on_first_permit(self):
        self.assertEqual(self.three("permit_on_first_permit", WRITE, READ, WRITE), [False, True])
        self.assertEqual(self.three("permit_on_first_permit", WRITE, WRITE), [False, False])

    def test_another_semantic_is_400(self):
        for semantic in ("first", "", 7):
            body = {"subject": BOB, "resource": RECORD_1, "options": {"evaluations_semantic": semantic}, "evaluations": [{"action": READ}]}
            self.refused(EVALUATIONS, body, "options.evaluations_semantic")

    def test_what_is_wrong_with_the_whole_is_400(self):
        self.refused(EVALUATIONS, {"evaluations": {}}, "evaluations")
        self.refused(EVALUATIONS, {"subject": "alice", "evaluations": [{"action": READ, "resource": RECORD_1}]}, "subject")
        self.refused(EVALUATIONS, {"options": [], "evaluations": [{}]}, "options")
        self.refused(EVALUATIONS, "{", headers={"Content-Type": "application/json"})
        self.refused(EVALUATIONS, "{}", "Content-Type", headers={"Content-Type": "text/plain"})

    def test_ten_thousand_are_answered_and_one_more_is_413(self):
        items = [{"action": READ}, {"action": WRITE}] * 5_000
        body = {"subject": BOB, "resource": RECORD_1, "evaluations": items}
        self.assertEqual(self.decisions(body), [True, False] * 5_000)
        body["evaluations"] = items + [{"action": READ}]
        self.assertEqual(self.refused(EVALUATIONS, body, "evaluations", 413)["code"], "evaluations_too_many")


class Search(AuthzenCase, SharedTest):
    def test_subjects(self):
        self.assertEqual(self.found(SUBJECTS, subject={"type": "user"}, action=READ, resource=RECORD_1), [ALICE, BOB])
        self.assertEqual(self.found(SUBJECTS, subject={"type": "user"}, action=WRITE, resource=RECORD_1), [ALICE])

    def test_subjects_with_a_context(self):
        self.assertEqual(self.found(SUBJECTS, subject={"type": "user"}, action=READ, resource=RECORD_1,
                                    context={"time": "2019-06-27T18:03-07:00"}), [ALICE, BOB])

    def test_the_id_of_what_is_searched_for_is_ignored(self):
        self.assertEqual(self.found(SUBJECTS, subject={"type": "user", "id": "carol"}, action=READ, resource=RECORD_1), [ALICE, BOB])
        self.assertEqual(self.found(SUBJECTS, subject={"type": "user", "id": 7}, action=READ, resource=RECORD_1), [ALICE, BOB])
        self.assertEqual(self.found(RESOURCES, subject=BOB, action=READ, resource={"type": "record", "id": "x"}), [RECORD_1])

    def test_Properties_subjects(self):
        self.assertEqual(self.found(SUBJECTS, subject={"type": "user"}, action=WRITE, resource={**RECORD_2, **ARCHIVED}), [BOB])

    def test_resources(self):
        self.assertEqual(self.found(RESOURCES, subject=ALICE, action=READ, resource={"type": "record"}), [RECORD_1, RECORD_2])
        self.assertEqual(self.found(RESOURCES, subject=BOB, action=READ, resource={"type": "record"}), [RECORD_1])

    def test_Properties_resources(self):
        self.assertEqual(self.found(RESOURCES, subject=ADMIN_BOB, action=WRITE, resource={"type": "record"}), [RECORD_2])

    def test_actions(self):
        self.assertEqual(self.found(ACTIONS, subject=ALICE, resource=RECORD_1), [READ, WRITE])

    def test_actions_with_a_context(self):
        self.assertEqual(self.found(ACTIONS, subject=ALICE, resource=RECORD_1, context={"time": "2019-06-27T18:03-07:00"}), [READ, WRITE])

    def test_Properties_actions(self):
        self.assertEqual(self.found(ACTIONS, subject=ADMIN_BOB, resource={**RECORD_2, **ARCHIVED}), [WRITE])

    def test_an_action_in_a_search_for_actions_is_not_read(self):
        self.assertEqual(self.found(ACTIONS, subject=BOB, resource=RECORD_1, action=7), [READ])

    def test_pages(self):
        body = {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}
        first = self.ask(SUBJECTS, {**body, "page": {"limit": 1}})
        self.assertEqual(first["results"], [ALICE])
        self.assertNotEqual(first["page"]["next_token"], "")
        last = self.ask(SUBJECTS, {**body, "page": {"token": first["page"]["next_token"]}})
        self.assertEqual(last["results"], [BOB])
        self.assertEqual(last["page"], {"next_token": "", "count": 1})

    def test_a_page_that_is_just_full_is_the_last(self):
        answer = self.ask(ACTIONS, {"subject": ALICE, "resource": RECORD_1, "page": {"limit": 2}})
        self.assertEqual(answer, {"page": {"next_token": "", "count": 2}, "results": [READ, WRITE]})

    def test_a_token_belongs_to_its_search(self):
        body = {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}
        token = self.ask(SUBJECTS, {**body, "page": {"limit": 1}})["page"]["next_token"]
        self.assertEqual(self.refused(SUBJECTS, {**body, "resource": RECORD_2, "page": {"token": token}}, "page.token")["code"],
                         "cursor_other_question")
        self.refused(SUBJECTS, {**body, "page": {"token": token[:-2]}}, "page.token")
        self.refused(SUBJECTS, {**body, "page": {"token": "x"}}, "page.token")

    def test_a_wrong_page_is_400(self):
        body = {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}
        for page, field in ((7, "page"), ({"limit": -1}, "page.limit"), ({"limit": "1"}, "page.limit"), ({"limit": 1.5}, "page.limit"),
                            ({"token": 7}, "page.token"), ({"properties": 7}, "page.properties")):
            with self.subTest(page=page):
                self.refused(SUBJECTS, {**body, "page": page}, field)
        self.assertEqual(self.found(SUBJECTS, **body, page={"limit": 0}), [ALICE, BOB])
        self.assertEqual(self.found(SUBJECTS, **body, page={"limit": 10**12, "properties": {}}), [ALICE, BOB])

    def test_an_unknown_subject_finds_nothing(self):
        self.assertEqual(self.found(ACTIONS, subject={"type": "user", "id": "nonexistent-user"}, resource=RECORD_1), [])
        self.assertEqual(self.found(RESOURCES, subject={"type": "user", "id": "nonexistent-user"}, action=READ, resource={"type": "record"}), [])

    def test_an_unknown_type_finds_nothing(self):
        for type in ("spaceship", "Space Ship", "user:alice", "urn:x", "role"):
            with self.subTest(type=type):
                self.assertEqual(self.found(SUBJECTS, subject={"type": type}, action=READ, resource=RECORD_1), [])
                self.assertEqual(self.found(RESOURCES, subject=ALICE, action=READ, resource={"type": type}), [])
                self.assertEqual(self.found(ACTIONS, subject={"type": type, "id": "alice"}, resource=RECORD_1), [])

    def test_a_search_for_subjects_without_an_action(self):
        self.refused(SUBJECTS, {"subject": {"type": "user"}, "resource": RECORD_1}, "action.name")

    def test_a_search_for_resources_without_a_subject(self):
        self.refused(RESOURCES, {"action": READ, "resource": {"type": "record"}}, "subject")

    def test_a_search_for_actions_without_a_resource(self):
        self.refused(ACTIONS, {"subject": ALICE}, "resource")

    def test_a_search_for_subjects_without_the_id_of_the_resource(self):
        self.refused(SUBJECTS, {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}, "resource.id")

    def test_a_search_for_resources_without_the_id_of_the_subject(self):
        self.refused(RESOURCES, {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}, "subject.id")

    def test_a_search_without_the_type_searched_for(self):
        self.refused(SUBJECTS, {"subject": {}, "action": READ, "resource": RECORD_1}, "subject")
        self.refused(RESOURCES, {"subject": ALICE, "action": READ, "resource": {"id": "x"}}, "resource")

    def test_bodies_are_held_to_the_same_rules(self):
        for path in (SUBJECTS, RESOURCES, ACTIONS):
            self.refused(path, "{", headers={"Content-Type": "application/json"})
            self.refused(path, "", headers={"Content-Type": "application/json"})
            self.refused(path, "{}", "Content-Type", headers={"Content-Type": "text/plain"})
            answer = self.served.post(path, {}, {"X-Request-ID": "search-1"})
            self.assertEqual((answer.status, answer.headers["x-request-id"]), (400, "search-1"))


class Discovery(AuthzenCase, SharedTest):
    WELL_KNOWN = "/.well-known/authzen-configuration"

    def test_the_metadata_names_this_service_and_its_endpoints(self):
        answer = self.served.get(self.WELL_KNOWN)
        self.assertEqual((answer.status, answer.content_type), (200, "application/json"))
        base = f"http://127.0.0.1:{self.served.port}"
        self.assertEqual(answer.json(), {"policy_decision_point": base, "access_evaluation_endpoint": base + EVALUATION,
                                         "access_evaluations_endpoint": base + EVALUATIONS, "search_subject_endpoint": base + SUBJECTS,
                                         "search_resource_endpoint": base + RESOURCES, "search_action_endpoint": base + ACTIONS})

    def test_it_goes_by_the_name_that_it_was_called_by(self):
        answer = self.served.get(self.WELL_KNOWN, **{"Host": "pdp.example.com", "X-Forwarded-Proto": "https"}).json()
        self.assertEqual(answer["policy_decision_point"], "https://pdp.example.com")
        self.assertEqual(answer["access_evaluation_endpoint"], "https://pdp.example.com/access/v1/evaluation")

    def test_every_endpoint_answers(self):
        metadata = self.served.get(self.WELL_KNOWN).json()
        base = metadata.pop("policy_decision_point")
        for name, url in metadata.items():
            self.assertEqual(self.served.post(url.removeprefix(base), {}).status, 400, name)

    def test_a_host_that_is_none_is_400(self):
        for host in ("a b", "a/b", "x@y", "x?y"):
            self.assertEqual(self.served.get(self.WELL_KNOWN, Host=host).status, 400, host)

    def test_another_method_and_a_tenant_that_is_not_there(self):
        self.assertEqual(self.served.post(self.WELL_KNOWN, {}).status, 405)
        self.assertEqual(self.served.get(self.WELL_KNOWN + "/tenant1").status, 404)


class Explanation(AuthzenCase, SharedTest):
    NOW = "2025-01-01T00:00:00Z"

    def explained(self, subject, action, resource, **context):
        return self.ask(EVALUATION, {"subject": subject, "action": action, "resource": resource, "context": {"tenure_explain": True, **context}})

    def test_why_is_what_check_says(self):
        for subject, action, resource, decision in ((ALICE, READ, RECORD_1, True), (BOB, WRITE, RECORD_1, False), (ALICE, DELETE, RECORD_1, False)):
            answer = self.explained(subject, action, resource, tenure_as_of=self.NOW)
            self.assertIs(answer["decision"], decision)
            check = self.served.get(f"/v1/check?subject=user:{subject['id']}&action={action['name']}&resource=record:{resource['id']}"
                                    f"&why&as_of={self.NOW}").json()
            result = check.pop("results")[0]
            self.assertEqual(answer["context"].pop("reason"), {"decision": result.pop("decision"), "because": result.pop("because")})
            self.assertEqual(answer["context"], {**check, **result})
            self.assertEqual(bool(answer["context"]["held"]), decision)

    def test_the_evidence_names_the_event_that_gave_it(self):
        context = self.explained(ALICE, READ, RECORD_1)["context"]
        self.assertEqual(context["reason"], {"decision": "yes", "because": []})
        self.assertEqual(context["held"], [{"from": LONG_AGO, "until": None}])
        self.assertEqual([e["id"] for e in context["evidence"]], ["g-1"])

    def test_no_context_unless_asked_for(self):
        for context in ({}, {"tenure_explain": False}, {"tenure_explain": None}, {"explain": True}):
            self.decides(True, ALICE, READ, RECORD_1, context=context)

    def test_some_of_many_are_explained(self):
        answer = self.ask(EVALUATIONS, {"subject": ALICE, "action": READ,
                                        "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_1, "context": {"tenure_explain": True}}]})
        self.assertEqual([sorted(one) for one in answer["evaluations"]], [["decision"], ["context", "decision"]])

    def test_the_explained_items_of_a_request_share_moment_and_knowledge(self):
        answer = self.ask(EVALUATIONS, {"action": READ, "resource": RECORD_1, "context": {"tenure_explain": True},
                                        "evaluations": [{"subject": ALICE}, {"subject": BOB}, {"subject": ALICE}]})
        self.assertEqual(len({(c["as_of"], c["as_known_at"]["position"]) for c in (e["context"] for e in answer["evaluations"])}), 1)

    def test_a_search_tells_its_moment_and_knowledge(self):
        answer = self.ask(SUBJECTS, {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1,
                                     "context": {"tenure_explain": True, "tenure_as_of": self.NOW}})
        self.assertEqual(answer["context"]["as_of"], self.NOW)
        self.assertTrue(answer["context"]["complete"])
        self.assertTrue(answer["context"]["as_known_at"]["position"])


class Past(AuthzenCase, SharedTest):
    BEFORE, SINCE = "2024-01-09T23:59:59Z", "2024-01-10"

    def test_a_moment_of_the_past(self):
        self.decides(False, ALICE, READ, RECORD_1, context={"tenure_as_of": self.BEFORE})
        self.decides(True, ALICE, READ, RECORD_1, context={"tenure_as_of": self.SINCE})

    def test_before_the_record_it_is_unknown(self):
        answer = self.ask(EVALUATION, {"subject": ALICE, "action": READ, "resource": RECORD_1,
                                       "context": {"tenure_as_of": self.BEFORE, "tenure_explain": True}})
        self.assertEqual((answer["decision"], answer["context"]["reason"]["decision"]), (False, "unknown"))

    def test_a_request_of_many_has_one_moment(self):
        items = [{"resource": RECORD_1}, {"resource": RECORD_1, "context": {}}, {"resource": RECORD_1, "context": {"tenure_as_of": self.BEFORE}}]
        body = {"subject": ALICE, "action": READ, "context": {"tenure_as_of": self.SINCE}, "evaluations": items}
        self.assertEqual(self.decisions(body), [True, True, False])
        items[2]["context"] = {"tenure_as_of": "2024-01-10T00:00:00Z", "tenure_explain": True}
        self.assertEqual(self.decisions(body), [True, True, True])
        body["context"]["tenure_as_of"] = self.BEFORE
        answer = self.ask(EVALUATIONS, body)["evaluations"]
        self.assertEqual([one["decision"] for one in answer], [False, False, False])
        self.assertEqual(answer[2]["context"]["error"]["code"], "moment_not_shared")

    def test_searches_look_back_too(self):
        body = {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}
        self.assertEqual(self.found(SUBJECTS, **body, context={"tenure_as_of": self.BEFORE}), [])
        self.assertEqual(self.found(SUBJECTS, **body, context={"tenure_as_of": self.SINCE}), [ALICE, BOB])

    def test_a_moment_that_is_none_or_moves_is_400(self):
        for moment in ("yesterday", "2024-01-10T00:00:00", "now", "now-2h", "2024-13-01"):
            with self.subTest(moment=moment):
                self.refused(EVALUATION, {"subject": ALICE, "action": READ, "resource": RECORD_1, "context": {"tenure_as_of": moment}},
                             "context.tenure_as_of")


class OneSnapshot(AuthzenCase, ServedTest):
    """While a grant comes and goes, a request of a thousand evaluations sees it or doesn't, and never both."""

    def test_a_thousand_evaluations_are_of_one_knowledge(self):
        self.ok("append", "-", stdin=scenario())
        self.served = self.serve()
        over, wrong = threading.Event(), []

        def flip():
            number = 0
            while not over.is_set():
                number += 1
                line = (grant(f"f-{number}", "user:bob", ["write"], ["record:record-1"]) if number % 2 else
                        old(f"r-{number}", "grant.revoked", {"grant": f"f-{number - 1}", "principal": "user:bob"}))
                answer = self.served.post("/v1/events", line, {"Content-Type": "application/cloudevents+json"})
                if answer.status != 202:
                    wrong.append(answer)
                    return

        writer = threading.Thread(target=flip)
        writer.start()
        try:
            seen = set()
            body = {"subject": BOB, "resource": RECORD_1, "evaluations": [{"action": WRITE}] * 1000}
            for _ in range(400):
                decisions = self.decisions(body)
                self.assertEqual(len(decisions), 1000)
                self.assertEqual(len(set(decisions)), 1)
                seen.add(decisions[0])
                if len(seen) == 2 and _ >= 20:
                    break
        finally:
            over.set()
            writer.join()
        self.assertEqual(wrong, [])
        self.assertEqual(seen, {True, False})


class Ways(AuthzenCase, SharedTest):
    """Groups, denies, roles, wildcards, scopes, everyone: what is found is permitted, and what can't be listed is not."""

    @classmethod
    def record(cls):
        names = ("user:alice", "user:bob", "user:carol", "user:gone", "group:dba", "service_account:ci")
        lines = [old(f"i-{name}", "identity.registered", {"identity": name}) for name in names]
        lines += [old("x-1", "identity.suspended", {"identity": "user:gone"}, "2024-02-01T00:00:00Z"),
                  old("r-1", "role.defined", {"role": "role:reader", "permissions": [
                      {"effect": "allow", "actions": ["read", "list"], "resources": ["bucket:prod"]},
                      {"effect": "allow", "actions": ["scan*"], "resources": ["bucket:*"]}]}),
                  old("m-1", "membership.added", {"member": "user:alice", "group": "group:dba"}),
                  old("m-2", "membership.added", {"member": "user:gone", "group": "group:dba"}),
                  old("g-1", "grant.issued", {"grant": "g-1", "principal": "group:dba", "role": "role:reader"}),
                  old("g-2", "grant.issued", {"grant": "g-2", "principal": "user:bob", "role": "role:reader", "scope": "bucket:prod/ledger"}),
                  grant("g-3", "everyone:*", ["ping"], ["host:web"]),
                  grant("g-4", "user:carol", ["ping"], ["host:web"], effect="deny"),
                  grant("g-5", "user:carol", ["*"], ["*"], scope="bucket:dev"),
                  grant("g-6", "user:bob", ["assume"], ["service_account:ci"]),
                  grant("g-7", "service_account:ci", ["deploy"], ["host:web", "host:db"]),
                  grant("g-8", "user:bob", ["deploy"], ["host:db"], effect="deny"),
                  old("g-9", "grant.issued", {"grant": "g-9", "principal": "user:bob", "role": "role:never-defined", "scope": "host:x"})]
        return "".join(lines)

    def subjects(self, type, action, resource):
        type_of, id = resource.split(":", 1)
        return [found["id"] for found in self.found(SUBJECTS, subject={"type": type}, action={"name": action}, resource={"type": type_of, "id": id})]

    def resources(self, subject, action, type):
        type_of, id = subject.split(":", 1)
        return [found["id"] for found in self.found(RESOURCES, subject={"type": type_of, "id": id}, action={"name": action}, resource={"type": type})]

    def actions(self, subject, resource):
        (subject_type, subject_id), (type_of, id) = subject.split(":", 1), resource.split(":", 1)
        return [found["name"] for found in self.found(ACTIONS, subject={"type": subject_type, "id": subject_id}, resource={"type": type_of, "id": id})]

    def test_through_groups_and_not_the_suspended(self):
        self.assertEqual(self.subjects("user", "read", "bucket:prod"), ["alice"])
        self.assertEqual(self.subjects("user", "read", "bucket:prod/ledger/2026"), ["alice", "bob"])

    def test_groups_are_listed_where_they_are_asked_for(self):
        self.assertEqual(self.subjects("group", "read", "bucket:prod"), ["dba"])

    def test_what_everyone_may_do_is_listed_for_each_but_the_denied(self):
        self.assertEqual(self.subjects("user", "ping", "host:web"), ["alice", "bob"])
        self.assertEqual(self.subjects("service_account", "ping", "host:web"), ["ci"])
        self.assertEqual(self.subjects("everyone", "ping", "host:web"), ["*"])

    def test_by_assumption(self):
        self.assertEqual(self.subjects("user", "deploy", "host:web"), ["bob"])
        self.assertEqual(self.resources("user:bob", "deploy", "host"), ["db", "web"])  # a deny doesn't follow into whom one assumes
        self.assertEqual(self.actions("user:bob", "host:web"), ["deploy", "ping"])
        self.assertEqual(self.actions("user:bob", "service_account:ci"), ["assume"])

    def test_a_scope_is_a_name_too(self):
        self.assertEqual(self.resources("user:alice", "read", "bucket"), ["prod"])
        self.assertEqual(self.resources("user:bob", "read", "bucket"), ["prod/ledger"])
        self.assertEqual(self.resources("user:carol", "anything", "bucket"), ["dev"])

    def test_wildcards_are_not_listed_and_yet_permitted(self):
        self.assertEqual(self.actions("user:alice", "bucket:prod"), ["list", "read"])
        self.decides(True, {"type": "user", "id": "alice"}, {"name": "scan-all"}, {"type": "bucket", "id": "prod"})
        self.assertEqual(self.actions("user:carol", "bucket:dev"), [])
        self.decides(True, {"type": "user", "id": "carol"}, {"name": "anything"}, {"type": "bucket", "id": "dev/x"})

    def test_an_undefined_role_gives_nothing(self):
        self.assertEqual(self.resources("user:bob", "x", "host"), [])
        self.decides(False, {"type": "user", "id": "bob"}, {"name": "x"}, {"type": "host", "id": "x"})

    def test_a_star_as_action_means_everything(self):
        self.decides(False, {"type": "user", "id": "alice"}, {"name": "*"}, {"type": "bucket", "id": "prod"})
        self.decides(True, {"type": "user", "id": "carol"}, {"name": "*"}, {"type": "bucket", "id": "dev"})


class Organisation(AuthzenCase, SharedTest):
    """In a generated organisation, whatever a search finds is permitted, and it finds every subject that is."""

    AS_OF = {"tenure_as_of": "2025-11-03T09:00:00Z"}
    TYPES = ("user", "service_account", "agent", "workload", "external", "group", "everyone")

    @classmethod
    def record(cls):
        return subprocess.run([BINARY, "generate", "--seed", "7", "--events", "3000"], capture_output=True, timeout=120, check=True).stdout.decode()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        listed = cls.served.get("/v1/identities?limit=100000&as_of=" + cls.AS_OF["tenure_as_of"]).json()["results"]
        cls.identities = [row["ref"] for row in listed] + ["everyone:*"]
        lines = cls.served.get("/v1/events?type=role.defined", Accept="application/x-ndjson").body.decode().splitlines()
        permissions = [p for line in lines for p in json.loads(line)["event"]["data"]["permissions"]]
        cls.pairs = sorted({(action, resource) for p in permissions for action in p.get("actions", []) for resource in p.get("resources", [])
                            if "*" not in action + resource and ":" in resource})

    @staticmethod
    def entity(reference):
        type, id = reference.split(":", 1)
        return {"type": type, "id": id}

    def permitted(self, triples):
        """Which of these (subject, action, resource) evaluate to true."""
        items = [{"subject": subject, "action": action, "resource": resource} for subject, action, resource in triples]
        return [t for t, decision in zip(triples, self.decisions({"context": self.AS_OF, "evaluations": items}) if items else []) if decision]

    def every_page(self, path, limit, **body):
        token, found = "", []
        while True:
            answer = self.ask(path, {**body, "context": self.AS_OF, "page": {"limit": limit, "token": token}})
            found += answer["results"]
            token = answer["page"]["next_token"]
            if not token:
                return found

    def test_every_subject_that_may_is_found_and_no_other(self):
        self.assertGreater(len(self.pairs), 15)
        found = 0
        for action, resource in self.pairs:
            action, resource = {"name": action}, self.entity(resource)
            for type in self.TYPES:
                of_type = sorted((self.entity(ref) for ref in self.identities if ref.startswith(type + ":")), key=lambda e: e["id"].encode())
                expected = [subject for subject, *_ in self.permitted([(one, action, resource) for one in of_type])]
                with self.subTest(type=type, action=action, resource=resource):
                    body = {"subject": {"type": type}, "action": action, "resource": resource}
                    self.assertEqual(self.found(SUBJECTS, **body, context=self.AS_OF), expected)
                    self.assertEqual(self.every_page(SUBJECTS, 3, **body), expected)
                found += len(expected)
        self.assertGreater(found, 100)

    def test_every_resource_and_action_found_is_permitted(self):
        kinds = sorted({(action, resource.split(":")[0]) for action, resource in self.pairs})
        found, named = set(), 0
        for ref in self.identities:
            subject = self.entity(ref)
            triples = [(subject, {"name": name}, resource) for name, type in kinds
                       for resource in self.every_page(RESOURCES, 50, subject=subject, action={"name": name}, resource={"type": type})]
            self.assertEqual(self.permitted(triples), triples, ref)
            for _, _, resource in triples[:3]:
                actions = self.every_page(ACTIONS, 50, subject=subject, resource=resource)
                named += len(actions)
                every = [(subject, one, resource) for one in actions]
                self.assertEqual(self.permitted(every), every, ref)
            found.update(json.dumps(t) for t in triples)
        self.assertGreater(len(found), 100)
        self.assertGreater(named, 50)


if __name__ == "__main__":
    main()
