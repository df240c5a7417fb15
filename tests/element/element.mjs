// One person at Element: the SDK as Element sets it up, with its verbs as Python calls them (client.py).

import { ClientEvent, Filter, SyncState, createClient } from "matrix-js-sdk";

import { lock, unlock } from "./file.mjs";
import { Line } from "./line.mjs";
import { Trust } from "./trust.mjs";
import { Witness } from "./witness.mjs";

const EVENTS_AT_ONCE = 1000;
const MEGOLM = { algorithm: "m.megolm.v1.aes-sha2" };

export class Element extends Trust {
    #line = new Line();

    constructor(tell) {
        super();
        this.tell = tell;
    }

    async log_in({ url, user_id, password, cross_sign }) {
        const identifier = { type: "m.id.user", user: user_id };
        const proof = { type: "m.login.password", identifier, password };
        const login = await createClient({ baseUrl: url }).loginRequest({
            ...proof,
            initial_device_display_name: "Element",
        });
        this.client = createClient({
            baseUrl: url,
            userId: login.user_id,
            deviceId: login.device_id,
            accessToken: login.access_token,
            fetchFn: this.#line.fetch,
            cryptoCallbacks: { getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0], this.recoveryKey] },
        });
        await this.client.initRustCrypto({ useIndexedDB: false });
        new Witness(this.client, this.tell);
        await this.#follow();
        if (cross_sign) {
            await this.crossSign(proof);
        }
        await this.#isKnown();
        return { user_id: login.user_id, device_id: login.device_id };
    }

    async close() {
        this.client?.stopClient();
    }

    async look_away() {
        this.#line.lookAway();
    }

    async look_back() {
        this.#line.lookBack();
        this.client.retryImmediately(); // Where the homeserver was away, the SDK would rest for some seconds.
    }

    async create_room({ name, invite, encrypted }) {
        const initial_state = encrypted ? [{ type: "m.room.encryption", state_key: "", content: MEGOLM }] : [];
        const { room_id } = await this.client.createRoom({ name, preset: "private_chat", invite, initial_state });
        await this.#isIn(room_id);
        if (encrypted) {
            await this.#encrypts(room_id);
        }
        return room_id;
    }

    async encrypt({ room }) {
        await this.client.sendStateEvent(room, "m.room.encryption", MEGOLM);
        await this.#encrypts(room);
    }

    async join({ room }) {
        await this.client.joinRoom(room);
        await this.#isIn(room);
    }

    async invite({ room, user_id }) {
        await this.client.invite(room, user_id);
    }

    // Waits for the room: of one that it does not know, the SDK does not know either that it is encrypted.
    async send({ room, kind, content }) {
        await this.#isIn(room);
        return (await this.client.sendEvent(room, null, kind, content)).event_id;
    }

    async redact({ room, event_id, reason }) {
        return (await this.client.redactEvent(room, event_id, undefined, { reason: reason ?? undefined })).event_id;
    }

    async put_file({ data }) {
        const [locked, file] = await lock(Buffer.from(data, "base64"));
        const type = "application/octet-stream";
        const { content_uri } = await this.client.uploadContent(locked, { type, includeFilename: false });
        return { ...file, url: content_uri };
    }

    async open_file({ file }) {
        const address = this.client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
        const headers = { Authorization: `Bearer ${this.client.getAccessToken()}` };
        const answer = await fetch(address, { headers });
        if (!answer.ok) {
            throw new Error(`${file.url} could not be fetched: ${answer.status} ${await answer.text()}`);
        }
        const data = Buffer.from(await answer.arrayBuffer());
        return (file.key ? await unlock(data, file) : data).toString("base64");
    }

    async names({ room }) {
        const known = this.client.getRoom(room);
        await known.loadMembersIfNeeded();
        return Object.fromEntries(known.getJoinedMembers().map((member) => [member.userId, member.rawDisplayName]));
    }

    // Without threadSupport, which only sorts timelines: with it the SDK (43) calls a reply into a new thread failed where
    // `/sync` shows it before its request is answered.
    async #follow() {
        const filter = new Filter(this.client.getUserId());
        filter.setTimelineLimit(EVENTS_AT_ONCE);
        const options = { filter, initialSyncLimit: EVENTS_AT_ONCE, lazyLoadMembers: true };
        await this.client.startClient(options);
        await this.#synced(() => this.client.getSyncState() === SyncState.Syncing);
    }

    // Others can encrypt to this device as soon as the homeserver has its keys.
    async #isKnown() {
        const [user, device] = [this.client.getUserId(), this.client.getDeviceId()];
        while (!(await this.client.downloadKeysForUsers([user])).device_keys[user]?.[device]) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }

    async #isIn(room) {
        await this.#synced(() => this.client.getRoom(room)?.getMyMembership() === "join");
    }

    async #encrypts(room) {
        await this.#synced(() => this.crypto.isEncryptionEnabledInRoom(room));
    }

    async #synced(holds) {
        for (;;) {
            const next = new Promise((resolve) => this.client.once(ClientEvent.Sync, resolve));
            if (await holds()) {
                return;
            }
            await next;
        }
    }
}
