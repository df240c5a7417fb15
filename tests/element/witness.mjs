// Tells what comes down `/sync` of rooms, decrypted, in its order and each event once; and again whenever the SDK comes
// to know better: the key came late, or more is known of the sender's devices.

import { ClientEvent, MatrixEventEvent } from "matrix-js-sdk";
import { CryptoEvent, EventShieldColour, EventShieldReason } from "matrix-js-sdk/lib/crypto-api/index.js";

export class Witness {
    #events = new Map();
    #told = new Map();
    #turn = Promise.resolve();

    constructor(client, tell) {
        this.client = client;
        this.tell = tell;
        client.on(ClientEvent.Event, (event) => this.#take(event));
        client.on(CryptoEvent.UserTrustStatusChanged, (user) => this.#judgeAgain([user]));
        client.on(CryptoEvent.DevicesUpdated, (users) => this.#judgeAgain(users));
    }

    // The SDK shows state twice, and typing, receipts and account data too, which have no id.
    #take(event) {
        const id = event.getId();
        if (!id || !event.getRoomId() || this.#events.has(id)) {
            return;
        }
        this.#events.set(id, event);
        event.on(MatrixEventEvent.Decrypted, () => this.#report(event));
        this.#report(event);
    }

    #judgeAgain(users) {
        for (const event of this.#events.values()) {
            if (event.isEncrypted() && users.includes(event.getSender())) {
                this.#report(event);
            }
        }
    }

    #report(event) {
        this.#turn = this.#turn.then(() => this.#tellIfNew(event)).catch((error) => console.error(error));
    }

    async #tellIfNew(event) {
        await this.client.decryptEventIfNeeded(event);
        // What was taken back is told as it was: its redaction is an event of its own.
        if (event.isRedacted() && this.#told.has(event.getId())) {
            return;
        }
        const seen = { ...reading(event), shield: await this.#shield(event) };
        const line = JSON.stringify(seen);
        if (this.#told.get(event.getId()) !== line) {
            this.#told.set(event.getId(), line);
            this.tell(seen);
        }
    }

    async #shield(event) {
        const info = await this.client.getCrypto().getEncryptionInfoForEvent(event);
        return info && shieldOf(info);
    }
}

function shieldOf({ shieldColour, shieldReason }) {
    const reason = shieldReason === null ? null : EventShieldReason[shieldReason];
    return { color: EventShieldColour[shieldColour].toLowerCase(), reason };
}

function reading(event) {
    const wire = event.event;
    const failed = event.isDecryptionFailure();
    const clear = event.isEncrypted() && !failed && !event.isRedacted();
    return {
        room: event.getRoomId(),
        event: clear ? { ...wire, type: event.getType(), content: clearContent(event) } : wire,
        wire,
        was_encrypted: event.isEncrypted(),
        why_undecryptable: failed ? event.decryptionFailureReason : null,
    };
}

// Relations stand outside of what is encrypted (Client-Server API, "Encrypted relationships").
function clearContent(event) {
    const relation = event.getWireContent()["m.relates_to"];
    return { ...event.getOriginalContent(), ...(relation && { "m.relates_to": relation }) };
}
