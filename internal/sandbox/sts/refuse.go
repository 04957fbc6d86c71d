package sts

import "net/http"

// Busy answers a request as an overloaded or broken service does, by HTTP status: 429
// names the throttled tenant, all else a transient error. It is for faults that strike
// before the service itself is asked.
func (s *Service) Busy(w http.ResponseWriter, r *http.Request, status int) {
	s.refuse(w, r, newExchange(r), busy(status).refusal())
}

func (r Refusal) refusal() *refusal {
	return &refusal{status: r.Status, oauth: r.Error, codes: r.Codes, text: r.Text, suberror: r.Suberror, noURI: r.NoURI}
}

func busy(status int) Refusal {
	if status == http.StatusTooManyRequests {
		// The error and text are unverified: only synthetic bodies were seen.
		return Refusal{Status: status, Error: "temporarily_unavailable", Codes: []int{90055}, Text: "The tenant has exceeded its request limit. Please try again later.", NoURI: true}
	}
	return Refusal{Status: status, Error: "temporarily_unavailable", Codes: []int{90033}, Text: "A transient error has occurred. Please try again.", NoURI: true}
}
