"""The published contract, written the obvious way in Flask."""

import time
import uuid

from flask import Flask, request

app = Flask(__name__)
files = {}


def missing(file_id):
    error = {"message": f"No such File object: {file_id}", "type": "invalid_request_error"}
    return {"error": {**error, "param": "id", "code": None}}, 404


@app.post("/v1/files")
def upload():
    file = request.files["file"]
    content = file.read()
    file_id = f"file-{uuid.uuid4().hex}"
    about = {"id": file_id, "object": "file", "bytes": len(content), "created_at": int(time.time())}
    files[file_id] = ({**about, "filename": file.filename, "purpose": request.form["purpose"]}, content)
    return files[file_id][0]


@app.get("/v1/files")
def list_files():
    return {"object": "list", "data": [about for about, _ in list(files.values())], "has_more": False}


@app.get("/v1/files/<file_id>")
def retrieve(file_id):
    return files[file_id][0] if file_id in files else missing(file_id)


@app.get("/v1/files/<file_id>/content")
def content(file_id):
    if file_id not in files:
        return missing(file_id)
    return files[file_id][1], {"content-type": "application/octet-stream"}


@app.delete("/v1/files/<file_id>")
def delete(file_id):
    if files.pop(file_id, None) is None:
        return missing(file_id)
    return {"id": file_id, "object": "file", "deleted": True}
