/** The networks of the run, for the page that applies them. */
import { t } from "../i18n/messages";
import { handOver, refuseHandover, type HandedNet } from "../lib/handover";
import { lab } from "./lab.svelte";

/** Enough to compare networks on, few enough to be handed over at once. */
const MAX_IMAGES = 24;

/** Leaves the networks as they are now, and images that they have not trained on, under this id. */
export async function giveRun(id: string): Promise<void> {
  try {
    const nets: HandedNet[] = [];
    for (const lane of lab.lanes) {
      const bytes = await lab.client.send({ type: "weights", lane: lane.id });
      nets.push({ name: t("training.handover.net", { name: lab.nameOf(lane), step: lane.step }), bytes });
    }
    const samples = await lab.client.send({ type: "held_out", limit: MAX_IMAGES });
    await handOver({ id, nets, samples });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    refuseHandover(id, t("training.handover.refused", { reason }));
  }
}
