import { isCallEvent, isRefusal, recordKeyOf, type CallEvent, type CtiEvent, type RecordKey, type UserData } from "../client/index.js";

/** What an agent does, as the engine said last. */
export type AgentWork = "Ready" | "NotReady" | "AfterCallWork";

export type CallState = "Dialing" | "Ringing" | "Established" | "Held" | "Released" | "Abandoned";

export interface Call {
  connId: string;
  state: CallState;
  /** When the state began, ms. */
  since: number;
  /** When the two began to talk, ms; 0 before that. */
  talkingSince: number;
}

/** How a record came to the desktop. */
export type RecordSource = "call" | "preview" | "scheduled";

/** A record that the agent works on. */
export interface DeskRecord {
  key: RecordKey;
  source: RecordSource;
  /** Everything that the engine told of it, the latest word of each key. */
  data: UserData;
  call: Call | null;
  /** A callback that was noted and takes effect when the agent is done. */
  callback: { type: string; dateTime: string } | null;
  /** Done for the engine (do-not-call, cancelled) while the call goes on; or taken back by somebody else. */
  closed: string | null;
  /** The chain's other records, once asked for. */
  chain: UserData[] | null;
  since: number;
}

export type CampaignState = "Loaded" | "Running" | "Stopped";

export interface Campaign {
  name: string;
  group: string;
  description: string;
  state: CampaignState;
  /** Dial mode, as CampaignStarted and CampaignModeChanged say it; empty while not known. */
  mode: string;
  previewing: boolean;
  since: number;
}

export interface Notice {
  id: number;
  at: number;
  kind: "info" | "warning" | "error";
  text: string;
}

export interface Desk {
  work: AgentWork;
  workSince: number;
  campaigns: readonly Campaign[];
  /** In the order in which they came. */
  records: readonly DeskRecord[];
  /** The record on show; 0 for none. */
  selected: number;
  notices: readonly Notice[];
  /** Smart logout: the moment at which no call should wait any more, ms; 0 where the agent does not mean to leave. */
  leavingAt: number;
  /** LogOutAcknowledge has come. */
  mayLeave: boolean;
  lastNotice: number;
}

/** Notices that are kept. */
const MAX_NOTICES = 100;

export function emptyDesk(now: number): Desk {
  return {
    work: "NotReady", workSince: now, campaigns: [], records: [], selected: 0, notices: [], leavingAt: 0, mayLeave: false, lastNotice: 0,
  };
}

/** The desk after an event of the engine. Pure: the moment is an argument. */
export function onEvent(desk: Desk, event: CtiEvent, now: number): Desk {
  if (isCallEvent(event)) {
    return onCall(desk, event, now);
  }

  switch (event.message) {
    case "EventAgentReady":
      return { ...withWork(desk, "Ready", now), leavingAt: 0, mayLeave: false };
    case "EventAgentNotReady":
      return withWork(desk, event.workMode === "AfterCallWork" ? "AfterCallWork" : "NotReady", now);
    case "EventAgentLogin":
      // What the engine knows comes after this: records and calls of a session that broke, the campaigns' state.
      return { ...desk, work: "NotReady", workSince: now, campaigns: [], leavingAt: 0, mayLeave: false };
    case "EventUserEvent":
      return onUserEvent(desk, event.userData, now);
    default:
      return desk;
  }
}

/** Puts a line among the notices. */
export function withNotice(desk: Desk, kind: Notice["kind"], text: string, now: number): Desk {
  const notice = { id: desk.lastNotice + 1, at: now, kind, text };
  return { ...desk, lastNotice: notice.id, notices: [notice, ...desk.notices].slice(0, MAX_NOTICES) };
}

export function withSelected(desk: Desk, handle: number): Desk {
  return { ...desk, selected: handle };
}

/** The chain's records, as ChainedRecordRequest gave them. */
export function withChain(desk: Desk, handle: number, chain: UserData[]): Desk {
  return change(desk, handle, (record) => ({ ...record, chain }));
}

/** The agent has asked to leave. */
export function withLeaving(desk: Desk, seconds: number, now: number): Desk {
  return { ...desk, leavingAt: now + seconds * 1000 };
}

/** The engine does not know the record any more (109, 112): nothing can be done with it. */
export function withoutRecord(desk: Desk, handle: number): Desk {
  const records = desk.records.filter((record) => record.key.handle !== handle);
  return records.length === desk.records.length ? desk : { ...desk, records, selected: selectedOf(records, desk.selected === handle ? 0 : desk.selected) };
}

export function find(desk: Desk, handle: number): DeskRecord | null {
  return desk.records.find((record) => record.key.handle === handle) ?? null;
}

/** True while the call is not over. */
export function isLive(call: Call | null): call is Call {
  return call !== null && call.state !== "Released" && call.state !== "Abandoned";
}

function onCall(desk: Desk, event: CallEvent, now: number): Desk {
  const data = event.userData ?? {};
  const key = recordKeyOf(data);
  const known = desk.records.find((record) => record.call?.connId === event.connId || (key !== null && record.key.handle === key.handle));
  if (known === undefined && key === null) {
    // A call without a record: nothing of the outbound protocol is on this desktop.
    return desk;
  }

  if (event.message === "EventAttachedDataChanged") {
    return known === undefined ? desk : change(desk, known.key.handle, (record) => ({ ...record, data: { ...record.data, ...data } }));
  }

  const state = stateOf(event.message);
  const record: DeskRecord = known ?? { key: key!, source: "call", data: {}, call: null, callback: null, closed: null, chain: chainOf(desk, key!.handle), since: now };
  const before = record.call?.connId === event.connId ? record.call : null;
  const talks = state === "Established" || state === "Held";
  const call: Call = {
    connId: event.connId,
    state,
    since: before?.state === state ? before.since : now,
    talkingSince: before?.talkingSince || (talks ? now : 0),
  };
  const changed: DeskRecord = { ...record, key: { ...record.key, ...key }, data: { ...record.data, ...data }, call };
  const over = !isLive(call);
  if (over && (record.closed !== null || (known === undefined && state === "Abandoned"))) {
    return withoutRecord(desk, record.key.handle);
  }

  const next = put(desk, changed);
  // A call that begins is what the agent must see now.
  return before === null ? { ...next, selected: record.key.handle } : next;
}

/** The chain of a record that was one of another record's other numbers: it was asked for once, and once is all that the engine answers. */
function chainOf(desk: Desk, handle: number): UserData[] | null {
  const first = desk.records.find((record) => record.chain?.some((other) => Number(other["GSW_RECORD_HANDLE"]) === handle));
  return first === undefined ? null : [first.data, ...first.chain!];
}

function onUserEvent(desk: Desk, data: UserData, now: number): Desk {
  if (isRefusal(data)) {
    return desk;
  }

  const key = recordKeyOf(data);
  switch (data["GSW_USER_EVENT"]) {
    case "CampaignLoaded":
    case "CampaignGroupAssigned":
      return withCampaign(desk, data, (known) => ({ state: known?.state === "Running" ? "Running" : "Loaded" }), now);
    case "CampaignStarted":
      return withCampaign(desk, data, () => ({ state: "Running", mode: text(data["GSW_CAMPAIGN_MODE"]) }), now);
    case "CampaignStopped":
      return withCampaign(desk, data, () => ({ state: "Stopped", previewing: false }), now);
    case "CampaignModeChanged":
      return withCampaign(desk, data, () => ({ mode: text(data["GSW_CAMPAIGN_MODE"]) }), now);
    case "CampaignUnloaded":
      return { ...desk, campaigns: desk.campaigns.filter((campaign) => !isSame(campaign, data)) };
    case "PreviewDialingModeStartAcknowledge":
      return withCampaign(desk, data, () => ({ previewing: true }), now);
    case "PreviewDialingModeOverAcknowledge":
      return withCampaign(desk, data, () => ({ previewing: false }), now);
    case "PreviewRecord":
      return key === null ? desk : shown(desk, key, "preview", data, now);
    case "ScheduledCall":
      return key === null ? desk : withNotice(shown(desk, key, "scheduled", data, now), "info", `Callback due: ${text(data["GSW_PHONE"])}`, now);
    case "RecordProcessedAcknowledge":
    case "RecordRejectAcknowledge":
      return key === null ? desk : closedChain(desk, key.handle, "Finished");
    case "DoNotCallAcknowledge":
      return key === null ? desk : (isRecordOnly(data) ? closed : closedChain)(desk, key.handle, "On the do-not-call list");
    case "RecordCancelAcknowledge":
      return key === null ? desk : (isRecordOnly(data) ? closed : closedChain)(desk, key.handle, "Cancelled");
    case "RecordCancel":
      return key === null || find(desk, key.handle) === null ? desk : withNotice(
        closed(desk, key.handle, "Cancelled by somebody else: do not dial"), "warning", `${text(data["GSW_PHONE"])} was cancelled by somebody else`, now);
    case "RecordRescheduleAcknowledge":
      return key === null ? desk : change(desk, key.handle, (record) => ({
        ...record, callback: { type: text(data["GSW_CALLBACK_TYPE"]), dateTime: text(data["GSW_DATE_TIME"]) },
      }));
    case "ScheduledRecordRescheduleAcknowledge":
      return key === null ? desk : closed(desk, key.handle, "Rescheduled");
    case "LogOutAcknowledge":
      return { ...desk, mayLeave: true };
    default:
      return desk;
  }
}

/** A record for which the engine needs nothing more goes, unless its call goes on. */
function closed(desk: Desk, handle: number, why: string): Desk {
  const record = find(desk, handle);
  return record !== null && isLive(record.call) ? put(desk, { ...record, closed: why }) : withoutRecord(desk, handle);
}

function isRecordOnly(data: UserData): boolean {
  return data["GSW_CHAIN_ATTR"] === "RecordOnly";
}

/** The records of a chain leave the desktop together: with the first that is finished, given back, or cancelled as a chain. */
function closedChain(desk: Desk, handle: number, why: string): Desk {
  const record = find(desk, handle);
  const chain = record?.data["GSW_CHAIN_ID"];
  const mates = chain === undefined ? [] : desk.records.filter((other) =>
    other.key.handle !== handle && other.data["GSW_CHAIN_ID"] === chain && other.key.list === record?.key.list && other.key.group === record?.key.group);
  return [handle, ...mates.map((mate) => mate.key.handle)].reduce((left, one) => closed(left, one, why), desk);
}

function shown(desk: Desk, key: RecordKey, source: RecordSource, data: UserData, now: number): Desk {
  const known = find(desk, key.handle);
  const record: DeskRecord = known === null
    ? { key, source, data, call: null, callback: null, closed: null, chain: null, since: now }
    : { ...known, data: { ...known.data, ...data } };
  const busy = desk.records.some((other) => isLive(other.call));
  const next = put(desk, record);
  return busy && desk.selected !== 0 ? next : { ...next, selected: key.handle };
}

function withWork(desk: Desk, work: AgentWork, now: number): Desk {
  return desk.work === work ? desk : { ...desk, work, workSince: now };
}

function isSame(campaign: Campaign, data: UserData): boolean {
  const group = text(data["GSW_CAMPAIGN_GROUP_NAME"]);
  return group !== "" ? campaign.group === group : campaign.name === text(data["GSW_CAMPAIGN_NAME"]);
}

function withCampaign(desk: Desk, data: UserData, news: (known: Campaign | undefined) => Partial<Campaign>, now: number): Desk {
  const known = desk.campaigns.find((campaign) => isSame(campaign, data));
  const change = news(known);
  const campaign: Campaign = {
    name: text(data["GSW_CAMPAIGN_NAME"]),
    group: known?.group || text(data["GSW_CAMPAIGN_GROUP_NAME"]),
    description: text(data["GSW_CAMPAIGN_DESCRIPTION"]) || (known?.description ?? ""),
    state: known?.state ?? "Loaded",
    mode: known?.mode ?? "",
    previewing: known?.previewing ?? false,
    since: change.state !== undefined && change.state !== known?.state ? now : (known?.since ?? now),
    ...change,
  };
  const campaigns = known === undefined ? [...desk.campaigns, campaign] : desk.campaigns.map((other) => (other === known ? campaign : other));
  return { ...desk, campaigns };
}

function put(desk: Desk, record: DeskRecord): Desk {
  const known = find(desk, record.key.handle);
  const records = known === null ? [...desk.records, record] : desk.records.map((other) => (other === known ? record : other));
  return { ...desk, records, selected: selectedOf(records, desk.selected) };
}

function change(desk: Desk, handle: number, how: (record: DeskRecord) => DeskRecord): Desk {
  const record = find(desk, handle);
  return record === null ? desk : put(desk, how(record));
}

/** The record on show, or the one whose call goes on, or the last. */
function selectedOf(records: readonly DeskRecord[], selected: number): number {
  const still = records.some((record) => record.key.handle === selected);
  return still ? selected : (records.find((record) => isLive(record.call)) ?? records.at(-1))?.key.handle ?? 0;
}

function stateOf(message: CallEvent["message"]): CallState {
  switch (message) {
    case "EventDialing":
      return "Dialing";
    case "EventRinging":
      return "Ringing";
    case "EventHeld":
      return "Held";
    case "EventReleased":
      return "Released";
    case "EventAbandoned":
      return "Abandoned";
    default:
      return "Established";
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
