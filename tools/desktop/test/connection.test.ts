import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionLostError, CtiConnection, CtiError, readEvent, ReplyTimeoutError, type CtiEvent } from "../src/client/index.js";
import { bench, LINKED, settle } from "./fakes.js";

test("connects with the subprotocol and is open when the engine says so", () => {
  const { options, sockets } = bench();
  const connection = new CtiConnection("ws://engine/cti", options);
  connection.open();
  assert.equal(sockets[0]!.url, "ws://engine/cti");
  assert.equal(sockets[0]!.subprotocol, "dialer.cti.v1");
  assert.equal(connection.state.kind, "connecting");
  sockets[0]!.says(LINKED);
  assert.equal(connection.state.kind, "open");
  assert.equal(connection.applicationId, 101);
});

test("each answer goes to its own request, in whatever order they come", async () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  connection.open();
  b.socket.says(LINKED);
  const first = connection.request("RequestAgentReady", {});
  const second = connection.request("RequestAgentNotReady", { workMode: "AfterCallWork" });
  const [one, two] = b.socket.sent;
  assert.equal(two!["workMode"], "AfterCallWork");
  b.socket.says({ message: "EventAgentNotReady", referenceId: two!["referenceId"], thisDN: "7001" });
  b.socket.says({ message: "EventAgentReady", referenceId: one!["referenceId"], thisDN: "7001" });
  assert.equal((await first).message, "EventAgentReady");
  assert.equal((await second).message, "EventAgentNotReady");
});

test("an error is a CtiError with code and words", async () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  connection.open();
  b.socket.says(LINKED);
  const login = connection.request("RequestAgentLogin", { thisDN: "7001", agentId: "1001" });
  b.socket.answers({ message: "EventError", errorCode: 119, errorMessage: "wrong password" });
  await assert.rejects(login, (fault) => fault instanceof CtiError && fault.code === 119 && fault.message === "wrong password");
});

test("a request without an answer ends after the time given, and a late answer disturbs nothing", async () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", { ...b.options, replyTimeoutMs: 3_000 });
  connection.open();
  b.socket.says(LINKED);
  const asked = connection.request("RequestAgentReady", {});
  b.clock.advance(3_000);
  await assert.rejects(asked, (fault) => fault instanceof ReplyTimeoutError);
  b.socket.answers({ message: "EventAgentReady" });
});

test("a break ends the requests under way and is followed by a new connection, later each time", async () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", { ...b.options, firstRetryMs: 500, longestRetryMs: 1_500 });
  connection.open();
  b.socket.says(LINKED);
  const asked = connection.request("RequestAgentReady", {});
  b.socket.breaks();
  await assert.rejects(asked, (fault) => fault instanceof ConnectionLostError);
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    waits.push(b.clock.waiting[0]!);
    b.clock.advance(b.clock.waiting[0]!);
    b.socket.breaks();
  }

  assert.deepEqual(waits, [500, 1_000, 1_500, 1_500]);
  b.clock.advance(1_500);
  b.socket.says(LINKED);
  assert.equal(connection.state.kind, "open");
});

test("a closed connection stays closed, and nothing can be sent on it", async () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  connection.open();
  b.socket.says(LINKED);
  connection.close();
  assert.equal(b.socket.closedWith, 1000);
  assert.equal(b.clock.waiting.length, 0);
  assert.equal(b.sockets.length, 1);
  await assert.rejects(connection.request("RequestAgentReady", {}), (fault) => fault instanceof ConnectionLostError);
});

test("the engine's refusal of this client (1008) is not answered with coming again", () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  connection.open();
  b.socket.says(LINKED);
  b.socket.breaks(1008, "FailedLogins");
  assert.deepEqual(connection.state, { kind: "closed", reason: "FailedLogins" });
  assert.equal(b.clock.waiting.length, 0);
});

test("a message of an older connection is passed over", () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  const seen: CtiEvent[] = [];
  connection.onEvent((event) => seen.push(event));
  connection.open();
  b.socket.says(LINKED);
  b.socket.breaks();
  b.clock.advance(500);
  b.sockets[0]!.says({ message: "EventAgentReady" });
  b.sockets[0]!.breaks();
  assert.equal(seen.length, 1);
  assert.equal(connection.state.kind, "connecting");
});

test("what is no event of the protocol is no event", () => {
  for (const text of [
    "", "{", "[]", "null", "7", '"EventAgentReady"', "{}", '{"message":7}', '{"message":"EventNonsense"}', '{"message":"EventRinging"}',
    '{"message":"EventError","errorCode":"119","errorMessage":"x"}', '{"message":"EventUserEvent"}', '{"message":"EventUserEvent","userData":[]}',
    '{"message":"EventLinkConnected"}', '{"message":"EventAgentReady","referenceId":"1"}', '{"message":"EventAgentReady","userData":null}',
  ]) {
    assert.equal(readEvent(text), null, text);
  }

  assert.equal(readEvent('{"message":"EventRinging","connId":"0001","userData":{"GSW_PHONE":"+1"}}')?.message, "EventRinging");
});

test("an engine that does not read is not sent more", async () => {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  connection.open();
  b.socket.says(LINKED);
  b.socket.bufferedAmount = 1_000_000;
  await assert.rejects(connection.request("RequestAgentReady", {}), (fault) => fault instanceof ConnectionLostError);
  assert.equal(b.socket.sent.length, 0);
  await settle();
});
