// The published contract, written the obvious way with Go's net/http.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"time"
)

type file struct {
	ID        string `json:"id"`
	Object    string `json:"object"`
	Bytes     int    `json:"bytes"`
	CreatedAt int64  `json:"created_at"`
	Filename  string `json:"filename"`
	Purpose   string `json:"purpose"`
	content   []byte
}

var (
	mutex sync.Mutex
	files = map[string]file{}
)

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func missing(w http.ResponseWriter, id string) {
	answer(w, 404, map[string]any{"error": map[string]any{
		"message": "No such File object: " + id, "type": "invalid_request_error", "param": "id", "code": nil,
	}})
}

func find(r *http.Request) (file, bool) {
	mutex.Lock()
	defer mutex.Unlock()
	found, ok := files[r.PathValue("file_id")]
	return found, ok
}

func upload(w http.ResponseWriter, r *http.Request) {
	part, header, err := r.FormFile("file")
	if err != nil {
		http.Error(w, err.Error(), 400)
		return
	}
	content, _ := io.ReadAll(part)
	random := make([]byte, 16)
	rand.Read(random)
	made := file{
		"file-" + hex.EncodeToString(random), "file", len(content), time.Now().Unix(),
		header.Filename, r.FormValue("purpose"), content,
	}
	mutex.Lock()
	files[made.ID] = made
	mutex.Unlock()
	answer(w, 200, made)
}

func list(w http.ResponseWriter, r *http.Request) {
	data := []file{}
	mutex.Lock()
	for _, one := range files {
		data = append(data, one)
	}
	mutex.Unlock()
	answer(w, 200, map[string]any{"object": "list", "data": data, "has_more": false})
}

func retrieve(w http.ResponseWriter, r *http.Request) {
	if found, ok := find(r); ok {
		answer(w, 200, found)
	} else {
		missing(w, r.PathValue("file_id"))
	}
}

func content(w http.ResponseWriter, r *http.Request) {
	if found, ok := find(r); ok {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Write(found.content)
	} else {
		missing(w, r.PathValue("file_id"))
	}
}

func remove(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("file_id")
	mutex.Lock()
	_, ok := files[id]
	delete(files, id)
	mutex.Unlock()
	if ok {
		answer(w, 200, map[string]any{"id": id, "object": "file", "deleted": true})
	} else {
		missing(w, id)
	}
}

func main() {
	http.HandleFunc("POST /v1/files", upload)
	http.HandleFunc("GET /v1/files", list)
	http.HandleFunc("GET /v1/files/{file_id}", retrieve)
	http.HandleFunc("GET /v1/files/{file_id}/content", content)
	http.HandleFunc("DELETE /v1/files/{file_id}", remove)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
