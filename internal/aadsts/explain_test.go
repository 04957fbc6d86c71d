package aadsts_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/result"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.FixedZone("CEST", 7200))

func explain(t *testing.T, text string) *result.Explanation {
	t.Helper()
	e, err := aadsts.Explain(context.Background(), strings.NewReader(text), noon)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExplainBareCodes(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"7000222", []string{"7000222"}},
		{" 7000222\r\n", []string{"7000222"}},
		{"\ufeff7000222", []string{"7000222"}},
		{"\xff\xfe5\x000\x000\x003\x004\x00", []string{"50034"}}, // UTF-16
		{"aadsts50034", []string{"50034"}},
		{"7000222, 50012; AADSTS700016\n90002", []string{"7000222", "50012", "700016", "90002"}},
		{"7000299", []string{"7000299"}},          // of a known family
		{"99999", nil},                            // of none
		{"AADSTS99999", []string{"99999"}},        // of none, but surely a code
		{"12345678901", nil},                      // no code at all
		{"AADSTS" + strings.Repeat("9", 29), nil}, // longer than any code
		{"7000222 ways to leave", nil},            // prose
		{strings.Repeat("7000222 ", 10_000), nil}, // no list that anybody types
	} {
		var got []string
		for _, m := range explain(t, c.text).Matches {
			got = append(got, *m.Decisive)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%.40q: %s", c.text, diff)
		}
	}
}

func TestExplainReport(t *testing.T) {
	e := explain(t, "first line\n"+expired)
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if got["status"] != "ok" || got["exitCode"] != 0.0 || got["generatedAt"] != "2026-05-01T10:00:00Z" {
		t.Errorf("header %v %v %v", got["status"], got["exitCode"], got["generatedAt"])
	}
	match := got["matches"].([]any)[0].(map[string]any)
	for field, want := range map[string]any{
		"line": 2.0, "foundBy": "code", "decisive": "7000222", "tenant": nil,
		"appId": "11111111-aaaa-4bbb-8ccc-00000000000a", "traceId": "22222222-0000-4000-8000-00000000000a",
		"correlationId": "33333333-0000-4000-8000-00000000000a", "timestamp": "2026-02-03T04:05:06Z",
	} {
		if match[field] != want {
			t.Errorf("%s is %v, want %v", field, match[field], want)
		}
	}
	first := match["causes"].([]any)[0].(map[string]any)
	if first["id"] != "secret-expired" || first["summary"] == "" || first["remedy"] == "" {
		t.Errorf("first cause %v", first)
	}
	if code := match["codes"].([]any)[0].(map[string]any); code["code"] != "7000222" || code["meaning"] == "" {
		t.Errorf("code %v", code)
	}
}

func TestExplainNothing(t *testing.T) {
	for _, text := range []string{"", "all is well", "\x00\x01\x02"} {
		e := explain(t, text)
		if e.Status != result.Unknown || e.ExitCode != 3 || e.Matches == nil || len(e.Matches) != 0 {
			t.Errorf("%q: %+v", text, e)
		}
	}
}

// A list in the report is never null.
func TestExplainListsAreNeverNull(t *testing.T) {
	e := explain(t, "Die Anforderung eines Microsoft Graph API-Tokens ist fehlgeschlagen.")
	if len(e.Matches) != 1 || e.Matches[0].Codes == nil || e.Matches[0].Causes == nil || e.Matches[0].Decisive != nil {
		t.Errorf("%+v", e.Matches)
	}
}

// The other values in a message are reported with their names.
func TestExplainDetails(t *testing.T) {
	for text, want := range map[string][]result.Detail{
		"AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-12-07T12:09:18.3149355Z, assertion valid from 1970-01-01T00:00:00.0000000Z, expiry time of assertion 2026-12-07T10:57:13.0000000Z.": {
			{Name: "serverTime", Value: "2026-12-07T12:09:18Z"}, {Name: "assertionValidUntil", Value: "2026-12-07T10:57:13Z"},
			{Name: "sentAfterEnd", Value: "1 h 12 min 5 s"},
		},
		"AADSTS700027: Client assertion contains an invalid signature. [Reason - The key used is expired., Thumbprint of key used by client: '1FD9E3E40392B30329860D52171EE3695FA507DC', Found key 'Start=11/28/2022 10:00:00, End=11/28/2024 10:00:00']": {
			{Name: "reason", Value: "The key used is expired"}, {Name: "thumbprint", Value: "1FD9E3E40392B30329860D52171EE3695FA507DC"},
			{Name: "certificateValidFrom", Value: "2022-11-28T10:00:00Z"}, {Name: "certificateValidUntil", Value: "2024-11-28T10:00:00Z"},
		},
		"AADSTS7000222: The provided client secret keys are expired.": nil,
	} {
		if diff := cmp.Diff(want, explain(t, text).Matches[0].Details); diff != "" {
			t.Errorf("%.20s: %s", text, diff)
		}
	}
}
