"""The published contract, written the obvious way in Django REST framework."""

import time
import uuid

from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

app = get_wsgi_application()

from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

files = {}


def missing(file_id):
    error = {"message": f"No such File object: {file_id}", "type": "invalid_request_error"}
    return Response({"error": {**error, "param": "id", "code": None}}, 404)


class Files(APIView):
    def post(self, request):
        file = request.data["file"]
        content = file.read()
        file_id = f"file-{uuid.uuid4().hex}"
        about = {"id": file_id, "object": "file", "bytes": len(content), "created_at": int(time.time())}
        about.update(filename=file.name, purpose=request.data["purpose"])
        files[file_id] = (about, content)
        return Response(about)

    def get(self, request):
        listed = [about for about, _ in list(files.values())]
        return Response({"object": "list", "data": listed, "has_more": False})


class OneFile(APIView):
    def get(self, request, file_id):
        return Response(files[file_id][0]) if file_id in files else missing(file_id)

    def delete(self, request, file_id):
        if files.pop(file_id, None) is None:
            return missing(file_id)
        return Response({"id": file_id, "object": "file", "deleted": True})


class Content(APIView):
    def get(self, request, file_id):
        if file_id not in files:
            return missing(file_id)
        return HttpResponse(files[file_id][1], content_type="application/octet-stream")


urlpatterns = [
    path("v1/files", Files.as_view()),
    path("v1/files/<str:file_id>", OneFile.as_view()),
    path("v1/files/<str:file_id>/content", Content.as_view()),
]
