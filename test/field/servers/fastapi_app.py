"""The published contract, written the obvious way in FastAPI."""

import time
import uuid
from typing import Literal

from fastapi import FastAPI, File, Form, UploadFile
from fastapi.responses import JSONResponse, Response

app = FastAPI()
files = {}


def missing(file_id: str):
    error = {"message": f"No such File object: {file_id}", "type": "invalid_request_error"}
    return JSONResponse({"error": {**error, "param": "id", "code": None}}, 404)


@app.post("/v1/files")
async def upload(file: UploadFile = File(...), purpose: str = Form(...)):
    content = await file.read()
    file_id = f"file-{uuid.uuid4().hex}"
    about = {"id": file_id, "object": "file", "bytes": len(content), "created_at": int(time.time())}
    files[file_id] = ({**about, "filename": file.filename, "purpose": purpose}, content)
    return files[file_id][0]


@app.get("/v1/files")
async def list_files():
    return {"object": "list", "data": [about for about, _ in files.values()], "has_more": False}


@app.get("/v1/files/{file_id}")
async def retrieve(file_id: str):
    return files[file_id][0] if file_id in files else missing(file_id)


@app.get("/v1/files/{file_id}/content")
async def content(file_id: str):
    if file_id not in files:
        return missing(file_id)
    return Response(files[file_id][1], media_type="application/octet-stream")


@app.delete("/v1/files/{file_id}")
async def delete(file_id: str):
    if files.pop(file_id, None) is None:
        return missing(file_id)
    return {"id": file_id, "object": "file", "deleted": True}
