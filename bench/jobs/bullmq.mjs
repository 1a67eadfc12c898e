// BullMQ doing what `bench/jobs/ours.py` has dodam do: node bullmq.mjs PORT JSON-ORDER
// Prints one JSON object: milliseconds a sample, or jobs a second.
import { Queue, Worker } from "bullmq";

const [port, order] = process.argv.slice(2);
const { jobs, samples, concurrency, rate, seconds } = JSON.parse(order);
const connection = { host: "127.0.0.1", port: Number(port), maxRetriesPerRequest: null };
const queue = new Queue("bench", { connection });
const kept = { removeOnComplete: true, attempts: 12, backoff: { type: "exponential", delay: 1000 } };
const payload = { account_id: "01890a5d-ac96-774b-bcce-b302099a8057" };
const now = () => performance.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function oneByOne() {
  const took = [];
  for (let i = 0; i < samples; i++) {
    const started = now();
    await queue.add("task", payload, kept);
    took.push(now() - started);
  }
  return took;
}

async function bulk() {
  const started = now();
  for (let i = 0; i < jobs; i += 1000) {
    await queue.addBulk(Array.from({ length: 1000 }, () => ({ name: "task", data: payload, opts: kept })));
  }
  return jobs / ((now() - started) / 1000);
}

async function drain(count) {
  let done = 0;
  const started = now();
  await new Promise((resolve) => {
    const worker = new Worker(
      "bench",
      async () => {
        done += 1;
        if (done === count) setImmediate(() => worker.close().then(resolve));
      },
      { connection, concurrency },
    );
  });
  return count / ((now() - started) / 1000);
}

async function latency(gap, count) {
  const took = [];
  const worker = new Worker(
    "bench",
    async (job) => {
      took.push(now() - job.data.at);
    },
    { connection, concurrency },
  );
  await worker.waitUntilReady();
  await pause(300);
  const begun = now();
  for (let i = 0; i < count; i++) {
    const due = begun + i * gap;
    if (due > now()) await pause(due - now());
    void queue.add("task", { ...payload, at: now() }, kept);
  }
  while (took.length < count) await pause(5);
  await worker.close();
  return took;
}

const enqueue = await oneByOne();
const bulkRate = await bulk();
const drained = await drain(samples + jobs);
const idle = await latency(25, samples / 2);
const loaded = await latency(1000 / rate, rate * seconds);
await queue.close();
console.log(JSON.stringify({ enqueue, bulk: bulkRate, drained, idle, loaded }));
