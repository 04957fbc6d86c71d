package graphapi

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxParts is the most requests that a batch may contain. Source: Microsoft's
// documentation of JSON batching.
const maxParts = 20

// part is one request of a batch.
type part struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"` // relative, without the version
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

// batch answers POST $batch. Each part has its own status; a part that depends on a
// failed one gets 424. The answers come in reverse order, because the service promises
// none.
func (s *scene) batch() (*response, error) {
	switch {
	case s.inBatch:
		return nil, parsing("A batch must not contain a batch.")
	case s.method != http.MethodPost || len(s.path) != 1:
		return nil, parsing("Invalid batch request.")
	}
	if m := s.payload(); m.err != nil {
		return nil, m.err
	}
	var in struct {
		Requests []part `json:"requests"`
	}
	if err := decodeOne(s.body, &in); err != nil {
		return nil, parsing("Invalid batch payload format.")
	}
	if err := checkParts(in.Requests); err != nil {
		return nil, err
	}
	status := map[string]int{}
	var answers []object
	for _, p := range in.Requests {
		res := s.runPart(p, status)
		status[p.ID] = res.status
		answers = append(answers, partAnswer(p.ID, res))
	}
	slices.Reverse(answers)
	return s.ok(object{{"responses", answers}}, 1), nil
}

// checkParts refuses a malformed batch. The texts are not verified.
func checkParts(parts []part) error {
	if len(parts) == 0 {
		return parsing("Invalid batch payload format.")
	}
	if len(parts) > maxParts {
		return parsing("Number of batch request steps exceeds the maximum value of %d.", maxParts)
	}
	seen := map[string]bool{}
	for _, p := range parts {
		if p.ID == "" || p.Method == "" || p.URL == "" || seen[p.ID] {
			return parsing("Invalid batch payload format.")
		}
		// This also refuses a dependency on a later part.
		for _, id := range p.DependsOn {
			if !seen[id] {
				return parsing("Invalid batch payload format: request '%s' depends on '%s', which does not come before it.", p.ID, id)
			}
		}
		seen[p.ID] = true
	}
	return nil
}

func (s *scene) runPart(p part, status map[string]int) *response {
	for _, id := range p.DependsOn {
		if status[id] >= http.StatusBadRequest {
			return failure(refuse(http.StatusFailedDependency, "FailedDependency", "The request depends on request '%s', which failed.", id), s.ids)
		}
	}
	res, err := s.servePart(p)
	if err != nil {
		return failure(err, s.ids)
	}
	return res
}

// servePart runs one part. It needs its own Content-Type and uses the token of the batch.
func (s *scene) servePart(p part) (*response, error) {
	path, rawQuery, _ := strings.Cut(p.URL, "?")
	if strings.Contains(path, "://") {
		return nil, parsing("The URL of a batch request must be relative.")
	}
	u, err := url.Parse("/" + s.version + "/" + strings.TrimPrefix(path, "/"))
	if err != nil {
		return nil, parsing("The request URI is not valid.")
	}
	sc := &scene{srv: s.srv, caller: s.caller, method: strings.ToUpper(p.Method), header: http.Header{}, ids: s.ids, http: s.http, inBatch: true}
	for name, value := range p.Headers {
		sc.header.Set(name, value)
	}
	if !isNull(p.Body) {
		sc.body = p.Body
	}
	return sc.serve(u.EscapedPath(), rawQuery)
}

// partAnswer returns the answer to a part. A body that is not JSON is sent as base64.
func partAnswer(id string, res *response) object {
	headers := object{}
	for _, name := range slices.Sorted(maps.Keys(res.header)) {
		headers = append(headers, field{name, strings.Join(res.header[name], ",")})
	}
	out := object{{"id", id}, {"status", res.status}, {"headers", headers}}
	if len(res.body) == 0 {
		return out
	}
	if strings.HasPrefix(res.header.Get("Content-Type"), "application/json") {
		return append(out, field{"body", raw(res.body)})
	}
	return append(out, field{"body", base64.StdEncoding.EncodeToString(res.body)})
}
