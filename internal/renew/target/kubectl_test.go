package target

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/spcheck/spcheck/internal/secrets"
)

// apiServer is the part of a cluster's API that kubectl needs for one Secret.
type apiServer struct {
	t      *testing.T
	mu     sync.Mutex
	secret map[string]any // nil if there is none
	tried  int
}

const secretsPath = "/api/v1/namespaces/prod/secrets"

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer of-the-cluster" {
		s.refuse(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	switch r.URL.Path {
	case "/version":
		s.answer(w, map[string]any{"major": "1", "minor": "31", "gitVersion": "v1.31.0"})
	case "/api":
		s.answer(w, map[string]any{"kind": "APIVersions", "versions": []string{"v1"}})
	case "/apis":
		s.answer(w, map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{}})
	case "/api/v1":
		s.answer(w, map[string]any{"kind": "APIResourceList", "groupVersion": "v1", "resources": []any{
			map[string]any{"name": "secrets", "singularName": "secret", "namespaced": true, "kind": "Secret", "verbs": []string{"create", "delete", "get", "list", "update"}}}})
	case "/openapi/v3":
		s.answer(w, map[string]any{"paths": map[string]any{"api/v1": map[string]any{"serverRelativeURL": "/openapi/v3/api/v1"}}})
	case "/openapi/v3/api/v1":
		s.answer(w, openAPI())
	case secretsPath, secretsPath + "/sync":
		s.object(w, r)
	default:
		s.refuse(w, http.StatusNotFound, "NotFound")
	}
}

// openAPI says that both operations accept dryRun and fieldValidation, as real servers do.
func openAPI() map[string]any {
	parameters := []any{map[string]any{"name": "dryRun", "in": "query"}, map[string]any{"name": "fieldValidation", "in": "query"}}
	operation := map[string]any{"parameters": parameters, "x-kubernetes-group-version-kind": map[string]any{"group": "", "version": "v1", "kind": "Secret"},
		"responses": map[string]any{"200": map[string]any{"description": "OK"}}}
	return map[string]any{"openapi": "3.0.0", "info": map[string]any{"title": "Kubernetes", "version": "v1.31.0"}, "paths": map[string]any{
		"/api/v1/namespaces/{namespace}/secrets":        map[string]any{"post": operation},
		"/api/v1/namespaces/{namespace}/secrets/{name}": map[string]any{"put": operation, "patch": operation},
	}}
}

func (s *apiServer) object(w http.ResponseWriter, r *http.Request) {
	sent := map[string]any{}
	if r.Method == http.MethodPut || r.Method == http.MethodPost {
		data, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(data, &sent) != nil {
			s.refuse(w, http.StatusBadRequest, "BadRequest")
			return
		}
	}
	trial := r.URL.Query().Get("dryRun") == "All"
	switch {
	case r.Method == http.MethodGet && s.secret != nil && r.URL.Path != secretsPath:
		s.answer(w, s.secret)
	case r.Method == http.MethodDelete && s.secret != nil:
		s.secret = nil
		s.answer(w, map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Success"})
	case r.Method == http.MethodPost && s.secret != nil:
		s.refuse(w, http.StatusConflict, "AlreadyExists")
	case r.Method == http.MethodPut && s.secret == nil, r.Method == http.MethodGet, r.Method == http.MethodDelete:
		s.refuse(w, http.StatusNotFound, "NotFound")
	case r.Method == http.MethodPut && version(sent) != version(s.secret):
		s.refuse(w, http.StatusConflict, "Conflict")
	case trial:
		s.tried++
		s.answer(w, sent)
	default:
		meta, _ := sent["metadata"].(map[string]any)
		meta["resourceVersion"] = version(s.secret) + "1"
		s.secret = sent
		s.answer(w, sent)
	}
}

func version(object map[string]any) string {
	meta, _ := object["metadata"].(map[string]any)
	text, _ := meta["resourceVersion"].(string)
	return text
}

func (s *apiServer) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.t.Error(err)
	}
}

func (s *apiServer) refuse(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	s.answer(w, map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": status,
		"details": map[string]any{"name": "sync", "kind": "secrets"}, "message": "secrets \"sync\": " + reason})
}

// cluster serves an API over TLS, and returns the environment in which kubectl finds it.
func startCluster(t *testing.T, secret map[string]any) (*apiServer, Deps) {
	t.Helper()
	s := &apiServer{t: t, secret: secret}
	server := httptest.NewTLSServer(s)
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	home := t.TempDir()
	config := filepath.Join(home, "config")
	text := fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","current-context":"none","clusters":[{"name":"c","cluster":{"server":%q,"certificate-authority-data":%q}}],
"users":[{"name":"u","user":{"token":"of-the-cluster"}}],"contexts":[{"name":"blue","context":{"cluster":"c","user":"u"}}]}`,
		server.URL, base64.StdEncoding.EncodeToString(ca))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, Deps{Environ: append(os.Environ(), "KUBECONFIG="+config, "HOME="+home)}
}

// The real kubectl accepts the arguments, keeps the other keys of a Secret, and creates one
// that does not exist.
func TestRealKubectl(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl is not installed")
	}
	const before = `{"apiVersion":"v1","kind":"Secret","type":"Opaque","metadata":{"name":"sync","namespace":"prod","resourceVersion":"42","labels":{"a":"b"}},"data":{"other":"b3RoZXI=","client-secret":"Zm9ybWVy"}}`
	var held map[string]any
	if err := json.Unmarshal([]byte(before), &held); err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]map[string]any{"a Secret that is there": held, "one that is made": nil} {
		t.Run(name, func(t *testing.T) {
			s, d := startCluster(t, secret)
			to := parse(t, "kubernetes:blue/prod/sync#client-secret", d)
			ctx := context.Background()
			if err := to.Check(ctx); err != nil {
				t.Fatal(err)
			}
			if s.tried != 1 {
				t.Errorf("the server tried the change %d times", s.tried)
			}
			if err := to.Store(ctx, Secret{Value: secrets.NewValue(marker)}); err != nil {
				t.Fatal(err)
			}
			if v, err := to.Read(ctx); err != nil || v.Reveal() != marker {
				t.Errorf("read back: %v", err)
			}
			if data, _ := s.secret["data"].(map[string]any); secret != nil && (data["other"] != "b3RoZXI=" || len(data) != 2) {
				t.Errorf("the other keys: %v", data)
			}
			err := to.Undo(ctx)
			if v, readErr := to.Read(ctx); err != nil || readErr != nil || (secret == nil) != (s.secret == nil) || secret != nil && v.Reveal() != "former" {
				t.Errorf("undone: %v, %v", err, readErr)
			}
		})
	}
}

// Without the permission, the preflight says so, and repeats nothing of kubectl's output.
func TestRealKubectlRefused(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl is not installed")
	}
	_, d := startCluster(t, nil)
	for i, v := range d.Environ {
		if path, ok := strings.CutPrefix(v, "KUBECONFIG="); ok {
			text, _ := os.ReadFile(path)
			if err := os.WriteFile(path+"2", []byte(strings.Replace(string(text), "of-the-cluster", "of-nobody", 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			d.Environ[i] = "KUBECONFIG=" + path + "2"
		}
	}
	err := parse(t, "kubernetes:blue/prod/sync#client-secret", d).Check(context.Background())
	if err == nil || strings.Contains(err.Error(), "of-nobody") {
		t.Errorf("%v", err)
	}
}
