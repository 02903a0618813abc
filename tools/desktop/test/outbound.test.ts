import assert from "node:assert/strict";
import { test } from "node:test";
import { CtiConnection, formatDateTime, OutboundError, OutboundProtocol, recordKeyOf } from "../src/client/index.js";
import { bench, LINKED, settle, type FakeSocket } from "./fakes.js";

const RECORD = { handle: 42, campaign: "Spring", group: "Spring@Team A", list: "List 1" };

function open(): { socket: FakeSocket; outbound: OutboundProtocol } {
  const b = bench();
  const connection = new CtiConnection("ws://engine/cti", b.options);
  connection.open();
  b.socket.says(LINKED);
  return { socket: b.socket, outbound: new OutboundProtocol(connection) };
}

/** The engine's answer: every key of the request that answers return. */
function answer(socket: FakeSocket, data: Record<string, unknown>): void {
  socket.answers({ message: "EventUserEvent", userData: { GSW_APPLICATION_ID: 101, GSW_REFERENCE_ID: socket.lastUserData["GSW_REFERENCE_ID"], ...data } });
}

test("requests carry the keys that the protocol asks for", async () => {
  const { socket, outbound } = open();
  const common = { GSW_APPLICATION_ID: 101, GSW_RECORD_HANDLE: 42, GSW_CAMPAIGN_NAME: "Spring", GSW_CAMPAIGN_GROUP_NAME: "Spring@Team A", GSW_CALLING_LIST: "List 1" };
  const cases: [() => Promise<unknown>, Record<string, unknown>][] = [
    [() => outbound.recordProcessed(RECORD, { callResult: 33, treatment: "RecordTreatPersonal", fields: { visits: 4 } }),
      { ...common, GSW_AGENT_REQ_TYPE: "RecordProcessed", GSW_CALL_RESULT: 33, GSW_TREATMENT: "RecordTreatPersonal", visits: 4 }],
    [() => outbound.recordProcessed(RECORD), { ...common, GSW_AGENT_REQ_TYPE: "RecordProcessed" }],
    [() => outbound.updateRecord(RECORD, { name: "Zoe" }), { ...common, GSW_AGENT_REQ_TYPE: "UpdateCallCompletionStats", name: "Zoe" }],
    [() => outbound.rejectRecord(RECORD), { ...common, GSW_AGENT_REQ_TYPE: "RecordReject" }],
    [() => outbound.cancelRecord(RECORD, "RecordOnly"), { ...common, GSW_AGENT_REQ_TYPE: "RequestRecordCancel", GSW_CHAIN_ATTR: "RecordOnly" }],
    [() => outbound.doNotCall(RECORD, "AllChain", "asked"), { ...common, GSW_AGENT_REQ_TYPE: "DoNotCall", GSW_CHAIN_ATTR: "AllChain", GSW_MESSAGE: "asked" }],
    [() => outbound.rescheduleRecord(RECORD, "Personal", "05/31/2027 14:30"),
      { ...common, GSW_AGENT_REQ_TYPE: "RecordReschedule", GSW_CALLBACK_TYPE: "Personal", GSW_DATE_TIME: "05/31/2027 14:30" }],
    [() => outbound.rescheduleScheduledRecord(RECORD, "Campaign", "05/31/2027 14:30", "+15550199"),
      { ...common, GSW_AGENT_REQ_TYPE: "ScheduledRecordReschedule", GSW_CALLBACK_TYPE: "Campaign", GSW_DATE_TIME: "05/31/2027 14:30", GSW_PHONE: "+15550199" }],
    [() => outbound.requestPreviewRecord({ campaign: "Spring" }), { GSW_APPLICATION_ID: 101, GSW_AGENT_REQ_TYPE: "PreviewRecordRequest", GSW_CAMPAIGN_NAME: "Spring" }],
    [() => outbound.doNotCallPhone({ campaign: "Spring" }, "List 1", "+15550123"),
      { GSW_APPLICATION_ID: 101, GSW_AGENT_REQ_TYPE: "DoNotCall", GSW_CAMPAIGN_NAME: "Spring", GSW_CALLING_LIST: "List 1", GSW_PHONE: "+15550123" }],
    [() => outbound.addRecord({ campaign: "Spring", list: "List 1", phone: "+15550123", timeZone: "EST", dateTime: "05/31/2027 14:30", callbackType: "Personal", agentId: "1001" }),
      { GSW_APPLICATION_ID: 101, GSW_AGENT_REQ_TYPE: "AddRecord", GSW_CAMPAIGN_NAME: "Spring", GSW_CALLING_LIST: "List 1", GSW_PHONE: "+15550123", GSW_TZ_NAME: "EST",
        GSW_DATE_TIME: "05/31/2027 14:30", GSW_RECORD_TYPE: 5, GSW_AGENT_ID: "1001" }],
  ];
  for (const [ask, expected] of cases) {
    const asked = ask();
    const { GSW_REFERENCE_ID: reference, ...sent } = socket.lastUserData;
    assert.equal(typeof reference, "number");
    assert.deepEqual(sent, expected);
    answer(socket, { GSW_USER_EVENT: "Acknowledge" });
    await asked;
  }
});

test("a refusal is an OutboundError with the protocol's number, name and words", async () => {
  const { socket, outbound } = open();
  const asked = outbound.recordProcessed(RECORD);
  answer(socket, { GSW_USER_EVENT: "Error", GSW_ERROR: "Record Not Found", GSW_ERROR_NUMBER: 109, GSW_AGENT_REQ_TYPE: "RecordProcessed" });
  await assert.rejects(asked, (fault) => fault instanceof OutboundError && fault.number === 109 && fault.title === "Record Not Found" && fault.request === "RecordProcessed");
  const preview = outbound.requestPreviewRecord({ campaign: "Spring" });
  // This error event is shown in the specification without GSW_USER_EVENT.
  answer(socket, { GSW_AGENT_REQ_TYPE: "PreviewRecordRequest", GSW_ERROR: "No Records Available", GSW_ERROR_NUMBER: 108 });
  await assert.rejects(preview, (fault) => fault instanceof OutboundError && fault.number === 108);
});

test("a chain is gathered until its end; another chain's records are not taken for it", async () => {
  const { socket, outbound } = open();
  const asked = outbound.requestChainedRecords(RECORD);
  const reference = socket.lastUserData["GSW_REFERENCE_ID"];
  const says = (name: string, handle: number, to: unknown): void =>
    socket.says({ message: "EventUserEvent", userData: { GSW_USER_EVENT: name, GSW_RECORD_HANDLE: handle, GSW_REFERENCE_ID: to } });
  says("ChainedRecord", 43, reference);
  says("ChainedRecord", 99, 7_777);
  says("ChainedRecord", 44, reference);
  says("ChainedRecordsDataEnd", 42, reference);
  assert.deepEqual((await asked).map((record) => record["GSW_RECORD_HANDLE"]), [43, 44]);
});

test("a chain that is not there is a refusal", async () => {
  const { socket, outbound } = open();
  const asked = outbound.requestChainedRecords(RECORD);
  socket.says({
    message: "EventUserEvent",
    userData: { GSW_USER_EVENT: "Error", GSW_ERROR: "Chained Records not found", GSW_ERROR_NUMBER: 114, GSW_REFERENCE_ID: socket.lastUserData["GSW_REFERENCE_ID"] },
  });
  await assert.rejects(asked, (fault) => fault instanceof OutboundError && fault.number === 114);
});

test("smart logout gives the seconds", async () => {
  const { socket, outbound } = open();
  const asked = outbound.smartLogOut({ campaign: "Spring" });
  answer(socket, { GSW_USER_EVENT: "LogOut", GSW_LOGOUT_TIME: 18 });
  assert.equal(await asked, 18);
  await settle();
});

test("dates are written as the protocol has them", () => {
  assert.equal(formatDateTime("2027-05-31T14:30"), "05/31/2027 14:30");
  assert.throws(() => formatDateTime(""), { name: "RangeError" });
});

test("a record is named by the data that brought it", () => {
  assert.deepEqual(recordKeyOf({ GSW_RECORD_HANDLE: 42, GSW_CAMPAIGN_NAME: "Spring", GSW_CALLING_LIST: "List 1" }), { handle: 42, campaign: "Spring", group: undefined, list: "List 1" });
  assert.equal(recordKeyOf({ GSW_PHONE: "+1" }), null);
  assert.equal(recordKeyOf(undefined), null);
});
