"""FastAPI as most write it: a saved scikit-learn pipeline behind a data frame. serving_fastapi.py does without both."""
import os
import secrets

import joblib
import pandas
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

pipeline = joblib.load(os.path.join(os.environ["BENCH_FOLDER"], "model.joblib"))
key = os.environ["BENCH_KEY"]
bearer = HTTPBearer()


class Request(BaseModel):
    data: list[dict[str, str | float]]


async def check_key(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    if not secrets.compare_digest(credentials.credentials, key):
        raise HTTPException(401)


app = FastAPI()


@app.post("/score", dependencies=[Depends(check_key)])
async def score(request: Request):
    return {"result": pipeline.predict(pandas.DataFrame(request.data)).tolist()}
