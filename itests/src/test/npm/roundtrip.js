// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
//
// node roundtrip.js URL VERSION: publishes to itself in every QoS, with a will, a retained message and, in MQTT 5,
// properties, and fails unless all comes back as it should.
'use strict';

const assert = require('node:assert/strict');
const mqtt = require('mqtt');

const [url, version] = [process.argv[2], Number(process.argv[3])];
const id = `js-${version}-${url.startsWith('ws') ? 'ws' : 'tcp'}`;

function connect(name, options = {}) {
  const more = version === 3 ? { protocolId: 'MQIsdp' } : {};
  return mqtt.connectAsync(url, { clientId: name, protocolVersion: version, reconnectPeriod: 0, ...more, ...options });
}

function next(client) {
  return new Promise((resolve) =>
    client.once('message', (topic, payload, packet) => resolve({ topic, payload: payload.toString(), packet })));
}

async function everyQos(client) {
  for (const qos of [0, 1, 2]) {
    const topic = `${id}/qos/${qos}`;
    const [granted] = await client.subscribeAsync(topic, { qos });
    assert.equal(granted.qos, qos);
    const message = next(client);
    const properties = version === 5 ? { properties: { userProperties: { a: 'b' }, contentType: 'text/plain' } } : {};
    await client.publishAsync(topic, `qos ${qos}`, { qos, ...properties });
    const { payload, packet } = await message;
    assert.equal(payload, `qos ${qos}`);
    assert.equal(packet.qos, qos);
    assert.equal(packet.retain, false);
    if (version === 5) {
      assert.deepEqual({ ...packet.properties.userProperties }, { a: 'b' });
      assert.equal(packet.properties.contentType, 'text/plain');
    }
    await client.unsubscribeAsync(topic);
  }
}

async function retained(client) {
  await client.publishAsync(`${id}/kept`, 'kept', { qos: 1, retain: true });
  const message = next(client);
  await client.subscribeAsync(`${id}/kept`, { qos: 1 });
  const { payload, packet } = await message;
  assert.equal(payload, 'kept');
  assert.equal(packet.retain, true);
  await client.unsubscribeAsync(`${id}/kept`);
  await client.publishAsync(`${id}/kept`, '', { qos: 1, retain: true });
}

async function will(client) {
  await client.subscribeAsync(`${id}/will`, { qos: 1 });
  const message = next(client);
  const other = await connect(`${id}-other`, { will: { topic: `${id}/will`, payload: 'gone', qos: 1 } });
  other.stream.destroy();
  assert.equal((await message).payload, 'gone');
  other.end(true);
}

async function main() {
  const client = await connect(id);
  await everyQos(client);
  await retained(client);
  await will(client);
  await client.endAsync();
  console.log('ok');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
