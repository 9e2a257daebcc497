/** A server's delivery loop in a process of its own, for the test that kills it: argv is the database's URL and the allowed origin. */
import { createSecretBox, openDatabase } from "../../store/index.ts";
import { silentLog } from "../../base/index.ts";
import { startWebhookDelivery } from "./deliver.ts";
import { testSecretKey } from "./test-receiver.ts";

startWebhookDelivery({
  database: openDatabase({ url: process.argv[2] as string, applicationName: "delivery", log: silentLog }),
  secrets: createSecretBox(testSecretKey),
  allow: [process.argv[3] as string],
  log: silentLog,
  pause: 50,
  leaseSeconds: 1,
});
