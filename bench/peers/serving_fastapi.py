"""FastAPI with a key, a schema and LightGBM; started by bench/serving/peers.ts under uvicorn with one worker."""
import os
import secrets

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
import orjson

from serving_model import load_model

predict, Row = load_model(os.environ["BENCH_FOLDER"])
key = os.environ["BENCH_KEY"]
bearer = HTTPBearer()


class Request(BaseModel):
    data: list[Row]


async def check_key(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    if not secrets.compare_digest(credentials.credentials, key):
        raise HTTPException(401)


app = FastAPI()


@app.post("/score", dependencies=[Depends(check_key)])
async def score(request: Request) -> Response:
    """In the event loop: another thread would cost more than the trees."""
    return Response(orjson.dumps({"result": predict(request.data)}), media_type="application/json")
