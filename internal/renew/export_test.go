package renew

// What only tests of the whole need: the points at which a run can be ended.
type Point = point

const (
	AtIntent   = atIntent
	AtAdded    = atAdded
	AtNoted    = atNoted
	AtStoring  = atStoring
	AtStored   = atStored
	AtProving  = atProving
	AtVerified = atVerified
	AtClosed   = atClosed
	AtMade     = atMade
	AtAsking   = atAsking
	AtPlacing  = atPlacing
	AtPlaced   = atPlaced

	MaxDays = maxDays
)
