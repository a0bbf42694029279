"""The files API of SGLang: its own functions, taken out of its wheel, on its own routes.

The rest of SGLang needs a GPU. WHEEL is the unpacked wheel, STORE a folder for files.
"""

import ast
import os
import time
import uuid
from pathlib import Path
from typing import Any, Dict, List, Literal, Optional, Union

from fastapi import FastAPI, File, Form, HTTPException, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, ValidationError


def take(module, names):
    """Defines these functions and classes here as they stand in a module of the wheel."""
    for node in ast.parse((Path(os.environ["WHEEL"]) / module).read_text()).body:
        if getattr(node, "name", None) in names:
            exec(compile(ast.Module([node], []), module, "exec"), globals())


file_id_request, file_id_response, file_id_storage = {}, {}, {}
storage_dir = None
take("sglang/srt/openai_api/protocol.py", {"FileRequest", "FileResponse", "FileDeleteResponse"})
take(
    "sglang/srt/openai_api/adapter.py",
    {
        "FileMetadata",
        "v1_files_create",
        "v1_delete_file",
        "v1_retrieve_file",
        "v1_retrieve_file_content",
    },
)

app = FastAPI()


@app.post("/v1/files")
async def openai_v1_files(file: UploadFile = File(...), purpose: str = Form("batch")):
    return await v1_files_create(file, purpose, os.environ["STORE"])  # noqa: F821


@app.delete("/v1/files/{file_id}")
async def delete_file(file_id: str):
    return await v1_delete_file(file_id)  # noqa: F821


@app.get("/v1/files/{file_id}")
async def retrieve_file(file_id: str):
    return await v1_retrieve_file(file_id)  # noqa: F821


@app.get("/v1/files/{file_id}/content")
async def retrieve_file_content(file_id: str):
    return await v1_retrieve_file_content(file_id)  # noqa: F821
