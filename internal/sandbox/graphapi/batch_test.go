package graphapi

import (
	"fmt"
	"strings"
	"testing"
)

func (s *sandbox) batch(body string) map[string]map[string]any {
	s.t.Helper()
	a := s.post("all", "/v1.0/$batch", body)
	a.want(s.t, 200, "")
	out := map[string]map[string]any{}
	for _, r := range a.json["responses"].([]any) {
		part := r.(map[string]any)
		out[part["id"].(string)] = part
	}
	return out
}

func TestBatch(t *testing.T) {
	s := start(t, nil)
	parts := s.batch(`{"requests":[
		{"id":"1","method":"GET","url":"/applications/` + appObject + `?$select=displayName"},
		{"id":"2","method":"GET","url":"applications/nonsense"},
		{"id":"3","method":"GET","url":"/users","dependsOn":["2"]},
		{"id":"4","method":"POST","url":"/applications/` + appObject + `/addPassword","headers":{"Content-Type":"application/json"},"body":{}},
		{"id":"5","method":"POST","url":"/applications/` + appObject + `/addPassword","body":{}},
		{"id":"6","method":"GET","url":"/applications?$filter=displayName ne 'x'&$count=true&$select=id","headers":{"ConsistencyLevel":"eventual"}},
		{"id":"7","method":"POST","url":"/$batch","headers":{"Content-Type":"application/json"},"body":{"requests":[]}},
		{"id":"8","method":"GET","url":"/me","dependsOn":["1"]}]}`)
	for id, status := range map[string]float64{"1": 200, "2": 400, "3": 424, "4": 200, "5": 400, "6": 200, "7": 400, "8": 400} {
		if parts[id]["status"] != status {
			t.Errorf("part %s has status %v, want %v: %v", id, parts[id]["status"], status, parts[id]["body"])
		}
	}
	if name := parts["1"]["body"].(map[string]any)["displayName"]; name != "MailBridge" {
		t.Errorf("part 1 is %v", parts["1"])
	}
	if count := parts["6"]["body"].(map[string]any)["@odata.count"]; count != 2.0 {
		t.Errorf("part 6 counts %v, want 2: its header was lost", count)
	}
}

func TestBatchRefused(t *testing.T) {
	s := start(t, nil)
	many := make([]string, 21)
	for i := range many {
		many[i] = fmt.Sprintf(`{"id":"%d","method":"GET","url":"/users"}`, i)
	}
	for _, body := range []string{
		`{"requests":[` + strings.Join(many, ",") + `]}`, `{"requests":[]}`, `{}`, `{"requests":"x"}`,
		`{"requests":[{"id":"1","method":"GET","url":"/users"},{"id":"1","method":"GET","url":"/users"}]}`,
		`{"requests":[{"id":"1","method":"GET","url":"/users","dependsOn":["2"]}]}`,
		`{"requests":[{"id":"1","method":"GET"}]}`,
	} {
		s.post("all", "/v1.0/$batch", body).want(t, 400, "BadRequest")
	}
	s.get("/v1.0/$batch").want(t, 400, "BadRequest")
	s.post("rubbish", "/v1.0/$batch", `{"requests":[]}`).want(t, 401, "InvalidAuthenticationToken")
}
