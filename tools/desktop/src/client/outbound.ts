import type { CtiConnection } from "./connection.js";
import { OutboundError, ReplyTimeoutError } from "./errors.js";
import type { CallbackType, ChainAttribute, Treatment } from "./vocabulary.js";
import type { UserData } from "./wire.js";

/** What names a record towards the engine: the keys of any event that carried it. */
export interface RecordKey {
  handle: number;
  campaign: string;
  /** `GSW_CAMPAIGN_GROUP_NAME`: outranks the campaign's name. */
  group?: string | undefined;
  list?: string | undefined;
}

/** What names a campaign group. */
export interface GroupKey {
  campaign: string;
  group?: string | undefined;
}

/** A record to be added. */
export interface NewRecord extends GroupKey {
  list: string;
  phone: string;
  phoneType?: number | undefined;
  /** Name of the customer's time zone, as the calling list knows it. */
  timeZone: string;
  /** A record of the chain that is added to: finds its campaign group, and the chain must be {@link chainId}. */
  handle?: number | undefined;
  /** Adds to this chain (`GSW_CHAIN_ID` of a record of it); without it the record is a new chain. */
  chainId?: number | undefined;
  /** Callback: the customer's local time, see {@link formatDateTime}. */
  dateTime?: string | undefined;
  callbackType?: CallbackType | undefined;
  /** Login id of the agent who is to call back. */
  agentId?: string | undefined;
  fields?: UserData | undefined;
}

/** `GSW_DATE_TIME`: MM/DD/YYYY HH:MM. Takes the value of an `<input type="datetime-local">`, which has no zone either: it is the customer's time. */
export function formatDateTime(localValue: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(localValue);
  if (parts === null) {
    throw new RangeError("a date and a time of day are needed");
  }

  const [, year, month, day, hour, minute] = parts;
  return `${month}/${day}/${year} ${hour}:${minute}`;
}

/** Reads `GSW_RECORD_HANDLE`, campaign, group and list from an event's data; null where there is no record in it. */
export function recordKeyOf(data: UserData | undefined): RecordKey | null {
  const handle = Number(data?.["GSW_RECORD_HANDLE"]);
  if (data === undefined || !Number.isInteger(handle) || handle <= 0) {
    return null;
  }

  return {
    handle,
    campaign: textOf(data["GSW_CAMPAIGN_NAME"]),
    group: textOf(data["GSW_CAMPAIGN_GROUP_NAME"]) || undefined,
    list: textOf(data["GSW_CALLING_LIST"]) || undefined,
  };
}

/** True for a user event that says no. */
export function isRefusal(data: UserData): boolean {
  return data["GSW_ERROR_NUMBER"] !== undefined || data["GSW_USER_EVENT"] === "Error";
}

/**
 * The outbound desktop protocol, version 6: each method sends one request of an agent (`GSW_AGENT_REQ_TYPE`) and gives the data of the user event that
 * answers it. A refusal is an {@link OutboundError}.
 */
export class OutboundProtocol {
  #lastReference = 0;

  constructor(readonly connection: CtiConnection) {}

  /** Asks for the campaigns' state. The notifications come as events; there is no other answer. */
  requestCampaignStatus(): void {
    this.connection.send("RequestDistributeUserEvent", {
      userData: { GSW_AGENT_REQ_TYPE: "CampaignStatusRequest", GSW_APPLICATION_ID: this.connection.applicationId },
    });
  }

  startPreview(group: GroupKey): Promise<UserData> {
    return this.#ask("PreviewDialingModeStart", keysOf(group));
  }

  endPreview(group: GroupKey): Promise<UserData> {
    return this.#ask("PreviewDialingModeOver", keysOf(group));
  }

  /** Asks for the next record; the answer is the record. */
  requestPreviewRecord(group: GroupKey): Promise<UserData> {
    return this.#ask("PreviewRecordRequest", keysOf(group));
  }

  /** Data for RequestMakeCall that says for which record the call is. */
  callData(record: RecordKey): UserData {
    return { GSW_APPLICATION_ID: this.connection.applicationId, ...keysOf(record) };
  }

  /** Changes the record's fields; it stays on the desktop. */
  updateRecord(record: RecordKey, fields: UserData, callResult?: number): Promise<UserData> {
    return this.#ask("UpdateCallCompletionStats", { ...keysOf(record), ...resultOf(callResult), ...fields });
  }

  /** The agent is done with the record. */
  recordProcessed(
    record: RecordKey,
    done: { callResult?: number | undefined; treatment?: Treatment | undefined; fields?: UserData | undefined } = {},
  ): Promise<UserData> {
    return this.#ask("RecordProcessed", {
      ...keysOf(record),
      ...resultOf(done.callResult),
      ...(done.treatment === undefined ? {} : { GSW_TREATMENT: done.treatment }),
      ...done.fields,
    });
  }

  /** Gives a previewed record back; another agent may get it. */
  rejectRecord(record: RecordKey): Promise<UserData> {
    return this.#ask("RecordReject", keysOf(record));
  }

  /** A callback at the customer's local time (see {@link formatDateTime}); takes effect with {@link recordProcessed}. */
  rescheduleRecord(record: RecordKey, type: CallbackType, dateTime: string): Promise<UserData> {
    return this.#ask("RecordReschedule", { ...keysOf(record), GSW_CALLBACK_TYPE: type, GSW_DATE_TIME: dateTime });
  }

  /** Sets a scheduled call, which has come, for another time. */
  rescheduleScheduledRecord(record: RecordKey, type: CallbackType, dateTime: string, phone?: string): Promise<UserData> {
    return this.#ask("ScheduledRecordReschedule", {
      ...keysOf(record),
      GSW_CALLBACK_TYPE: type,
      GSW_DATE_TIME: dateTime,
      ...(phone === undefined ? {} : { GSW_PHONE: phone }),
    });
  }

  cancelRecord(record: RecordKey, chain: ChainAttribute = "AllChain"): Promise<UserData> {
    return this.#ask("RequestRecordCancel", { ...keysOf(record), GSW_CHAIN_ATTR: chain });
  }

  /** Cancels by phone number, without a record on the desktop. */
  cancelPhone(group: GroupKey, list: string, phone: string): Promise<UserData> {
    return this.#ask("RequestRecordCancel", { ...keysOf(group), GSW_CALLING_LIST: list, GSW_PHONE: phone });
  }

  doNotCall(record: RecordKey, chain: ChainAttribute = "AllChain", message?: string): Promise<UserData> {
    return this.#ask("DoNotCall", { ...keysOf(record), GSW_CHAIN_ATTR: chain, ...(message ? { GSW_MESSAGE: message } : {}) });
  }

  /** Do-not-call for a phone number, without a record on the desktop. */
  doNotCallPhone(group: GroupKey, list: string, phone: string, message?: string): Promise<UserData> {
    return this.#ask("DoNotCall", { ...keysOf(group), GSW_CALLING_LIST: list, GSW_PHONE: phone, ...(message ? { GSW_MESSAGE: message } : {}) });
  }

  /**
   * The other records of the record's chain, once a chain: the engine passes over a second request for the same one, which ends here in
   * ReplyTimeoutError.
   */
  requestChainedRecords(record: RecordKey, timeoutMs = 10_000): Promise<UserData[]> {
    return new Promise((resolve, reject) => {
      const reference = ++this.#lastReference;
      const records: UserData[] = [];
      const end = (): void => {
        clearTimeout(timer);
        stop();
      };
      const stop = this.connection.onEvent((event) => {
        if (event.message !== "EventUserEvent") {
          return;
        }

        const data = event.userData;
        const given = data["GSW_REFERENCE_ID"];
        const chained = String(data["GSW_USER_EVENT"] ?? "").startsWith("ChainedRecord");
        if (given === undefined ? !chained : Number(given) !== reference) {
          return;
        }

        if (isRefusal(data)) {
          end();
          reject(new OutboundError(data));
        } else if (data["GSW_USER_EVENT"] === "ChainedRecord") {
          records.push(data);
        } else if (data["GSW_USER_EVENT"] === "ChainedRecordsDataEnd") {
          end();
          resolve(records);
        }
      });
      const timer = setTimeout(() => {
        end();
        reject(new ReplyTimeoutError("ChainedRecordRequest", timeoutMs / 1000));
      }, timeoutMs);
      try {
        this.connection.send("RequestDistributeUserEvent", { userData: this.#dataOf("ChainedRecordRequest", keysOf(record), reference) });
      } catch (fault) {
        end();
        reject(fault as Error);
      }
    });
  }

  addRecord(record: NewRecord): Promise<UserData> {
    const data: UserData = { ...keysOf(record), GSW_CALLING_LIST: record.list, GSW_PHONE: record.phone, GSW_TZ_NAME: record.timeZone };
    if (record.handle !== undefined) {
      data["GSW_RECORD_HANDLE"] = record.handle;
    }

    if (record.chainId !== undefined) {
      data["GSW_CHAIN_ID"] = record.chainId;
    }

    if (record.phoneType !== undefined) {
      data["GSW_PHONE_TYPE"] = record.phoneType;
    }

    if (record.dateTime !== undefined) {
      data["GSW_DATE_TIME"] = record.dateTime;
      // RECORD_TYPE: 5 PersonalCallBack, 6 CampaignCallBack.
      data["GSW_RECORD_TYPE"] = record.callbackType === "Personal" ? 5 : 6;
    }

    if (record.agentId !== undefined) {
      data["GSW_AGENT_ID"] = record.agentId;
    }

    return this.#ask("AddRecord", { ...data, ...record.fields });
  }

  /** Tells in how many seconds the agent will be ready. */
  readyIn(record: RecordKey, seconds: number): Promise<UserData> {
    return this.#ask("ReadyTime", { GSW_RECORD_HANDLE: record.handle, GSW_READY_TIME: seconds });
  }

  /** Smart logout: no more calls are dialled for the agent. Gives the seconds until no call waits; LogOutAcknowledge comes then as an event. */
  async smartLogOut(group: GroupKey): Promise<number> {
    const answer = await this.#ask("LogOut", keysOf(group));
    return Number(answer["GSW_LOGOUT_TIME"]) || 0;
  }

  async #ask(type: string, data: UserData): Promise<UserData> {
    const event = await this.connection.request("RequestDistributeUserEvent", { userData: this.#dataOf(type, data, ++this.#lastReference) });
    if (event.message !== "EventUserEvent") {
      throw new TypeError(`${type} was answered with ${event.message}`);
    }

    if (isRefusal(event.userData)) {
      throw new OutboundError(event.userData);
    }

    return event.userData;
  }

  #dataOf(type: string, data: UserData, reference: number): UserData {
    return { GSW_AGENT_REQ_TYPE: type, GSW_APPLICATION_ID: this.connection.applicationId, ...data, GSW_REFERENCE_ID: reference };
  }
}

function keysOf(key: GroupKey | RecordKey): UserData {
  const data: UserData = {};
  if ("handle" in key && typeof key.handle === "number") {
    data["GSW_RECORD_HANDLE"] = key.handle;
  }

  if (key.campaign !== "") {
    data["GSW_CAMPAIGN_NAME"] = key.campaign;
  }

  if (key.group !== undefined) {
    data["GSW_CAMPAIGN_GROUP_NAME"] = key.group;
  }

  if ("list" in key && typeof key.list === "string") {
    data["GSW_CALLING_LIST"] = key.list;
  }

  return data;
}

function resultOf(callResult: number | undefined): UserData {
  return callResult === undefined ? {} : { GSW_CALL_RESULT: callResult };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
