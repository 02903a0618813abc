import assert from "node:assert/strict";
import { test } from "node:test";
import type { CtiEvent, UserData } from "../src/client/index.js";
import { customerNow, customFields, details, duration, inputValue, labelOf, timeOfDay, titleOf } from "../src/state/customer.js";
import { emptyDesk, find, onEvent, withChain, withNotice, withoutRecord, type Desk } from "../src/state/desk.js";

const RECORD: UserData = { GSW_RECORD_HANDLE: 42, GSW_CAMPAIGN_NAME: "Spring", GSW_CAMPAIGN_GROUP_NAME: "Spring@A", GSW_CALLING_LIST: "L", GSW_PHONE: "+15550123", customer_name: "Zoë" };

function user(name: string, data: UserData): CtiEvent {
  return { message: "EventUserEvent", userData: { GSW_USER_EVENT: name, ...data } };
}

function call(message: string, data: UserData = RECORD, connId = "0001"): CtiEvent {
  return { message, connId, userData: data } as CtiEvent;
}

function after(...events: CtiEvent[]): Desk {
  return events.reduce((desk, event, i) => onEvent(desk, event, 1_000 * (i + 1)), emptyDesk(0));
}

test("a call shows its record, with the times of its states", () => {
  let desk = after(call("EventRinging"), call("EventEstablished"), call("EventHeld"));
  assert.equal(desk.selected, 42);
  assert.deepEqual(find(desk, 42)!.call, { connId: "0001", state: "Held", since: 3_000, talkingSince: 2_000 });
  desk = onEvent(desk, call("EventRetrieved"), 5_000);
  assert.deepEqual(find(desk, 42)!.call, { connId: "0001", state: "Established", since: 5_000, talkingSince: 2_000 });
  desk = onEvent(desk, call("EventReleased"), 9_000);
  assert.equal(find(desk, 42)!.call!.state, "Released");
});

test("the record stays after the call until it is processed", () => {
  const desk = after(call("EventEstablished"), call("EventReleased"), user("RecordProcessedAcknowledge", RECORD));
  assert.equal(desk.records.length, 0);
  assert.equal(desk.selected, 0);
});

test("do-not-call during a call closes the record and keeps the call on show until it ends", () => {
  let desk = after(call("EventEstablished"), user("DoNotCallAcknowledge", RECORD));
  assert.equal(find(desk, 42)!.closed, "On the do-not-call list");
  desk = onEvent(desk, call("EventReleased"), 9_000);
  assert.equal(desk.records.length, 0);
});

test("a preview, its dialled call and its callback are one record", () => {
  const desk = after(
    user("PreviewRecord", RECORD), call("EventDialing"), call("EventEstablished", { ...RECORD, visits: 3 }),
    user("RecordRescheduleAcknowledge", { ...RECORD, GSW_CALLBACK_TYPE: "Personal", GSW_DATE_TIME: "05/31/2027 14:30" }));
  assert.equal(desk.records.length, 1);
  const record = find(desk, 42)!;
  assert.equal(record.source, "preview");
  assert.equal(record.data["visits"], 3);
  assert.deepEqual(record.callback, { type: "Personal", dateTime: "05/31/2027 14:30" });
});

test("an offered record does not take the place of the one whose call goes on", () => {
  const desk = after(call("EventEstablished"), user("ScheduledCall", { ...RECORD, GSW_RECORD_HANDLE: 43, GSW_PHONE: "+15550144" }));
  assert.equal(desk.selected, 42);
  assert.equal(desk.records.length, 2);
  assert.equal(desk.notices.length, 1);
  assert.equal(withoutRecord(desk, 42).selected, 43);
});

test("cancelled by somebody else: said, and closed", () => {
  const desk = after(user("PreviewRecord", RECORD), user("RecordCancel", RECORD));
  assert.equal(desk.records.length, 0);
  assert.equal(desk.notices[0]!.kind, "warning");
  assert.equal(after(user("RecordCancel", RECORD)).notices.length, 0);
});

test("a refusal changes no record", () => {
  const desk = after(user("PreviewRecord", RECORD), user("Error", { ...RECORD, GSW_ERROR_NUMBER: 103, GSW_ERROR: "Invalid Attribute Value" }));
  assert.equal(desk.records.length, 1);
});

test("campaigns are known by their group and go when unloaded", () => {
  const keys = { GSW_CAMPAIGN_NAME: "Spring", GSW_CAMPAIGN_GROUP_NAME: "Spring@A" };
  let desk = after(user("CampaignLoaded", keys), user("CampaignStarted", { ...keys, GSW_CAMPAIGN_MODE: "Preview" }));
  assert.equal(desk.campaigns.length, 1);
  assert.equal(desk.campaigns[0]!.state, "Running");
  assert.equal(desk.campaigns[0]!.mode, "Preview");
  desk = onEvent(desk, user("PreviewDialingModeStartAcknowledge", { GSW_CAMPAIGN_NAME: "Spring" }), 5_000);
  assert.equal(desk.campaigns[0]!.previewing, true);
  assert.equal(desk.campaigns[0]!.group, "Spring@A");
  desk = onEvent(desk, user("CampaignStopped", keys), 6_000);
  assert.equal(desk.campaigns[0]!.state, "Stopped");
  assert.equal(desk.campaigns[0]!.previewing, false);
  assert.equal(onEvent(desk, user("CampaignUnloaded", keys), 7_000).campaigns.length, 0);
});

test("states, and the times of states", () => {
  const desk = after({ message: "EventAgentReady" }, { message: "EventAgentReady" }, { message: "EventAgentNotReady", workMode: "AfterCallWork" });
  assert.equal(desk.work, "AfterCallWork");
  assert.equal(desk.workSince, 3_000);
});

test("a login after a break keeps the records: the engine shows again what it holds", () => {
  const desk = after(call("EventEstablished"), { message: "EventAgentLogin", agentId: "1001" }, call("EventEstablished"));
  assert.equal(desk.records.length, 1);
  assert.equal(find(desk, 42)!.call!.talkingSince, 1_000);
});

test("smart logout: the acknowledgement is remembered", () => {
  assert.equal(after(user("LogOutAcknowledge", {})).mayLeave, true);
});

test("a chain is kept with its record, and notices are bounded", () => {
  let desk = withChain(after(user("PreviewRecord", RECORD)), 42, [RECORD]);
  assert.equal(find(desk, 42)!.chain!.length, 1);
  for (let i = 0; i < 150; i++) {
    desk = withNotice(desk, "info", String(i), i);
  }

  assert.equal(desk.notices.length, 100);
  assert.equal(desk.notices[0]!.text, "149");
});

test("a call without a record is none of this desktop's", () => {
  assert.equal(after(call("EventRinging", {})).records.length, 0);
});

test("the customer in words", () => {
  assert.deepEqual(customFields({ ...RECORD, visits: 3, InteractionType: "Outbound" }).map((field) => [field.key, field.isNumber]), [["customer_name", false], ["visits", true]]);
  assert.equal(titleOf(RECORD), "Zoë");
  assert.equal(titleOf({ GSW_PHONE: "+1", first_name: "Ada", last_name: "Byron" }), "Ada Byron");
  assert.equal(titleOf({ GSW_PHONE: "+1" }), "+1");
  assert.equal(labelOf("customer_name"), "Customer name");
  assert.equal(timeOfDay(30_600), "08:30");
  assert.equal(duration(65_000), "1:05");
  assert.equal(duration(3_723_000), "1:02:03");
  assert.deepEqual(details({ GSW_FROM: 28_800, GSW_CALL_RESULT: 33, GSW_ATTEMPTS: 0 }, () => "Answer"), [["Attempts so far", "0"], ["Last result", "Answer"], ["May be called from", "08:00"]]);
});

test("the customer's clock", () => {
  const noon = Date.UTC(2027, 4, 31, 12, 0, 0);
  assert.equal(inputValue(customerNow({ GSW_TZ_OFFSET: -18_000 }, noon)!), "2027-05-31T07:00");
  assert.equal(customerNow({}, noon), null);
});

test("the records of a chain leave together, those of other chains stay, and one cancelled alone goes alone", () => {
  const of = (handle: number, chain: number): UserData => ({ ...RECORD, GSW_RECORD_HANDLE: handle, GSW_CHAIN_ID: chain });
  const shown = [user("PreviewRecord", of(42, 7)), call("EventReleased", of(43, 7)), user("ScheduledCall", of(44, 8))];
  const handles = (desk: Desk): number[] => desk.records.map((record) => record.key.handle);
  assert.deepEqual(handles(after(...shown, user("RecordProcessedAcknowledge", of(43, 7)))), [44]);
  assert.deepEqual(handles(after(...shown, user("RecordCancelAcknowledge", { ...RECORD, GSW_CHAIN_ATTR: "AllChain" }))), [44]);
  assert.deepEqual(handles(after(...shown, user("RecordCancelAcknowledge", { ...RECORD, GSW_CHAIN_ATTR: "RecordOnly" }))), [43, 44]);

  // The call that goes on stays on show.
  const talking = after(shown[0]!, call("EventEstablished", of(43, 7)), user("RecordProcessedAcknowledge", of(42, 7)));
  assert.deepEqual(talking.records.map((record) => [record.key.handle, record.closed]), [[43, "Finished"]]);
});

test("a number of the chain that is dialled has the others as its other numbers", () => {
  const of = (handle: number): UserData => ({ ...RECORD, GSW_RECORD_HANDLE: handle, GSW_CHAIN_ID: 7 });
  const asked = withChain(after(user("PreviewRecord", of(42))), 42, [of(43), of(44)]);
  const dialled = find(onEvent(asked, call("EventDialing", of(43)), 9_000), 43)!;
  assert.deepEqual(dialled.chain!.map((other) => other["GSW_RECORD_HANDLE"]), [42, 43, 44]);
  assert.equal(find(after(call("EventDialing", of(43))), 43)!.chain, null);
});
