import assert from "node:assert/strict";
import { test } from "node:test";
import { AgentSession } from "../src/client/index.js";
import { bench, LINKED, settle, type Bench } from "./fakes.js";

async function loggedIn(): Promise<{ b: Bench; session: AgentSession }> {
  const b = bench();
  const session = new AgentSession("ws://engine/cti", b.options);
  session.logIn({ place: "7001", agentId: "1001", password: "secret" });
  b.socket.says(LINKED);
  assert.deepEqual(b.socket.sent[0], { message: "RequestAgentLogin", referenceId: 1, thisDN: "7001", agentId: "1001", password: "secret" });
  b.socket.answers({ message: "EventAgentLogin", thisDN: "7001", agentId: "1001" });
  await settle();
  assert.equal(session.state.kind, "in");
  return { b, session };
}

async function reconnected(b: Bench): Promise<void> {
  b.clock.advance(b.clock.waiting[0]!);
  b.socket.says(LINKED);
  await settle();
}

test("a wrong password is said, and the connection is given up", async () => {
  const b = bench();
  const session = new AgentSession("ws://engine/cti", b.options);
  session.logIn({ place: "7001", agentId: "1001", password: "wrong" });
  b.socket.says(LINKED);
  b.socket.answers({ message: "EventError", errorCode: 119, errorMessage: "wrong password" });
  await settle();
  assert.deepEqual(session.state, { kind: "out", fault: "wrong password" });
  assert.equal(b.socket.closedWith, 1000);
});

test("after a break an agent who was ready is logged in and ready again", async () => {
  const { b, session } = await loggedIn();
  const ready = session.ready();
  b.socket.answers({ message: "EventAgentReady", thisDN: "7001" });
  await ready;
  b.socket.breaks();
  assert.equal(session.state.kind, "resuming");
  await reconnected(b);
  assert.equal(b.socket.sent[0]!["message"], "RequestAgentLogin");
  b.socket.answers({ message: "EventAgentLogin", thisDN: "7001", agentId: "1001" });
  b.socket.says({ message: "EventAgentNotReady", thisDN: "7001" });
  await settle();
  assert.equal(session.state.kind, "in");
  assert.equal(b.socket.sent[1]!["message"], "RequestAgentReady");
});

test("an agent with a call or in after-call work is not made ready after a break", async () => {
  const { b, session } = await loggedIn();
  void session.ready();
  b.socket.answers({ message: "EventAgentReady", thisDN: "7001" });
  b.socket.says({ message: "EventEstablished", connId: "0001", thisDN: "7001", userData: { GSW_RECORD_HANDLE: 1 } });
  b.socket.breaks();
  await reconnected(b);
  b.socket.answers({ message: "EventAgentLogin", thisDN: "7001", agentId: "1001" });
  await settle();
  assert.equal(b.socket.sent.length, 1);

  b.socket.says({ message: "EventReleased", connId: "0001", thisDN: "7001" });
  b.socket.says({ message: "EventAgentNotReady", workMode: "AfterCallWork", thisDN: "7001" });
  b.socket.breaks();
  await reconnected(b);
  b.socket.answers({ message: "EventAgentLogin", thisDN: "7001", agentId: "1001" });
  await settle();
  assert.equal(b.socket.sent.length, 1);
});

test("a DN that the broken connection still holds is asked for again, for a minute", async () => {
  const { b, session } = await loggedIn();
  b.socket.breaks();
  await reconnected(b);
  for (let i = 0; i < 30; i++) {
    b.socket.answers({ message: "EventError", errorCode: 42, errorMessage: "the DN is registered on another connection" });
    await settle();
    assert.equal(session.state.kind, "resuming");
    b.clock.advance(2_000);
    await settle();
  }

  assert.equal(b.socket.sent.length, 31);
  b.socket.answers({ message: "EventError", errorCode: 42, errorMessage: "the DN is registered on another connection" });
  await settle();
  assert.deepEqual(session.state, { kind: "out", fault: "the DN is registered on another connection" });
});

test("at the first login a DN in use is no reason to wait", async () => {
  const b = bench();
  const session = new AgentSession("ws://engine/cti", b.options);
  session.logIn({ place: "7001", agentId: "1001" });
  b.socket.says(LINKED);
  assert.equal("password" in b.socket.sent[0]!, false);
  b.socket.answers({ message: "EventError", errorCode: 42, errorMessage: "the DN is registered on another connection" });
  await settle();
  assert.equal(session.state.kind, "out");
});

test("logging out ends without a fault; being logged out says so", async () => {
  const one = await loggedIn();
  const out = one.session.logOut();
  one.b.socket.answers({ message: "EventAgentLogout", thisDN: "7001" });
  await out;
  assert.deepEqual(one.session.state, { kind: "out" });

  const two = await loggedIn();
  two.b.socket.says({ message: "EventAgentLogout", thisDN: "7001" });
  assert.deepEqual(two.session.state, { kind: "out", fault: "the engine logged you out" });
});
