package wire

import (
	"encoding/json"

	"github.com/spcheck/spcheck/internal/neutral"
)

// refusal is Graph's error object. All strings are neutralised and bounded.
type refusal struct {
	Code, Message, RequestID string
	Details                  []string // codes, such as InvalidKeyEndDate
}

// ReadRefusal reads the error object in all its variants: a message as a string or as
// {lang,value}, details as a list or absent, and odata.error of old paths. ok is true
// if the body had an error.
func ReadRefusal(body []byte) (r refusal, ok bool) {
	var top Item
	if json.Unmarshal(body, &top) != nil {
		return r, false
	}
	return RefusalOf(top)
}

// RefusalOf reads the error object from decoded JSON.
func RefusalOf(top Item) (r refusal, ok bool) {
	in := top.Object("error")
	if in == nil {
		in = top.Object("odata.error")
	}
	if in == nil {
		return r, false
	}
	r.Code, r.Message = neutral.Bound(in.Text("code"), 120), in.Text("message")
	if r.Message == "" {
		r.Message = in.Object("message").Text("value")
	}
	r.Message = neutral.Bound(r.Message, 500)
	for _, d := range in.Objects("details") {
		if code := d.Text("code"); code != "" && len(r.Details) < 10 {
			r.Details = append(r.Details, neutral.Bound(code, 120))
		}
	}
	inner := in.Object("innerError")
	if inner == nil {
		inner = in.Object("innererror")
	}
	r.RequestID = neutral.Bound(inner.Text("request-id"), 64)
	return r, r.Code != "" || r.Message != ""
}
