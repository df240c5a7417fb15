// What a device has to do with keys: its own account's, those that it shares, and what it thinks of other devices.

import { OnlySignedDevicesIsolationMode, decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";

export class Trust {
    client;
    recoveryKey;

    get crypto() {
        return this.client.getCrypto();
    }

    // The account's first device makes its keys.
    async crossSign(proof) {
        if (!(await this.crypto.userHasCrossSigningKeys(this.client.getUserId(), true))) {
            const authUploadDeviceSigningKeys = (upload) => withPassword(upload, proof);
            await this.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys });
        }
    }

    // Another one signs itself with the keys that lie on the homeserver.
    async verify_with({ recovery_key }) {
        this.recoveryKey = decodeRecoveryKey(recovery_key);
        await this.crypto.bootstrapCrossSigning({});
    }

    async set_up_recovery() {
        const key = await this.crypto.createRecoveryKeyFromPassphrase();
        this.recoveryKey = key.privateKey;
        await this.crypto.bootstrapSecretStorage({ createSecretStorageKey: async () => key });
        return key.encodedPrivateKey;
    }

    async export_keys() {
        return this.crypto.exportRoomKeysAsJson();
    }

    async import_keys({ keys }) {
        await this.crypto.importRoomKeysAsJson(keys);
    }

    async trust_only_signed() {
        this.crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
    }

    async user_status({ user_id }) {
        const has_keys = await this.crypto.userHasCrossSigningKeys(user_id, true);
        const status = await this.crypto.getUserVerificationStatus(user_id);
        return {
            has_keys,
            known: status.known,
            verified: status.isVerified(),
            was_verified: status.wasCrossSigningVerified(),
            needs_approval: status.needsUserApproval,
        };
    }

    async device_status({ user_id, device_id }) {
        await this.crypto.getUserDeviceInfo([user_id], true);
        const status = await this.crypto.getDeviceVerificationStatus(user_id, device_id);
        return (
            status && {
                signed_by_owner: status.signedByOwner,
                cross_signing_verified: status.crossSigningVerified,
                verified: status.isVerified(),
            }
        );
    }

    async get_user_devices({ user_ids }) {
        const found = await this.crypto.getUserDeviceInfo(user_ids, true);
        const devicesOf = (user) => [...(found.get(user)?.values() ?? [])].map(description);
        return Object.fromEntries(user_ids.map((user) => [user, devicesOf(user)]));
    }
}

// The homeserver may ask who uploads keys (Client-Server API, "User-Interactive Authentication").
async function withPassword(upload, proof) {
    try {
        return await upload(null);
    } catch (error) {
        if (error.httpStatus !== 401 || !error.data?.session) {
            throw error;
        }
        return upload({ ...proof, session: error.data.session });
    }
}

function description(device) {
    return {
        device_id: device.deviceId,
        name: device.displayName ?? null,
        ed25519: device.getFingerprint() ?? null,
        curve25519: device.getIdentityKey() ?? null,
    };
}
