"""A BentoML service of LightGBM with one worker; started by bench/serving/peers.ts."""
import os

import bentoml

from serving_model import load_model

predict, Row = load_model(os.environ["BENCH_FOLDER"])


@bentoml.service(workers=1)
class Bank:
    @bentoml.api(route="/score")
    async def score(self, data: list[Row]) -> dict[str, list[str]]:
        """In the event loop: another thread would cost more than the trees."""
        return {"result": predict(data)}
