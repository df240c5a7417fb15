"""Names as people in India bear them, in Latin and Devanagari, with pairs that nearly look alike and are two names all
the same; and any number of different people who bear them, always the same ones for the same seed.
"""

from collections.abc import Iterator
from random import Random


def _pairs(text: str) -> list[list[str]]:
    return [pair.split("/") for pair in text.split()]


GIVEN = _pairs(
    """
    Asha/आशा Asa/आसा Usha/उषा Ila/इला Lila/लीला Leela/लीला Lata/लता Latha/लता Alka/अलका
    Anita/अनीता Anit/अनित Amit/अमित Amita/अमिता Sumit/सुमित Sunita/सुनीता Sumita/सुमिता
    Vinita/विनीता Ramya/रम्या Ranya/रन्या Kamya/काम्या Kanya/कन्या Amaya/अमाया Arnaya/अर्णया
    Arnav/अर्णव Amav/अमव Karna/कर्ण Kama/कामा Kamal/कमल Karnal/करनाल Kamla/कमला Kamala/कमला
    Vimal/विमल Vimla/विमला Varna/वर्णा Vama/वामा Aman/अमन Amar/अमर Anil/अनिल Aanil/आनिल
    Sunil/सुनील Susheel/सुशील Mala/माला Maia/माया Maya/माया Mela/मेला Mira/मीरा Meera/मीरा
    Mina/मीना Nina/नीना Neil/नील Nell/नेल Nila/नीला Ravi/रवि Rani/रानी Rana/राणा Ram/राम
    Rama/रमा Ramu/रामू Raju/राजू Raja/राजा Raj/राज Rajan/राजन Rajni/रजनी Rajani/रजनी Hari/हरि
    Harish/हरीश Harsh/हर्ष Harsha/हर्षा Girish/गिरीश Suresh/सुरेश Naresh/नरेश Ramesh/रमेश
    Rakesh/राकेश Mukesh/मुकेश Mahesh/महेश Dinesh/दिनेश Ganesh/गणेश Jagdish/जगदीश Satish/सतीश
    Manish/मनीष Manisha/मनीषा Anish/अनीश Anisha/अनीशा Isha/ईशा Nisha/निशा Disha/दिशा Trisha/तृषा
    Aisha/आयशा Ayesha/आयशा Alisha/अलीशा Ali/अली Aila/ऐला Alia/आलिया Aliya/आलिया Farid/फ़रीद
    Firoz/फ़िरोज़ Imran/इमरान Irfan/इरफ़ान Iqbal/इक़बाल Ikram/इकराम Vikram/विक्रम Vikas/विकास
    Vivek/विवेक Priya/प्रिया Pria/प्रिआ Puja/पूजा Pooja/पूजा Punam/पूनम Poonam/पूनम
    Purnima/पूर्णिमा Aparna/अपर्णा Suparna/सुपर्णा Jarnail/जरनैल Gurnam/गुरनाम Harnam/हरनाम
    Kiran/किरण Karan/करण Varun/वरुण Arun/अरुण Aruna/अरुणा Varuna/वरुणा Tarun/तरुण Chand/चाँद
    Chandra/चंद्र Chander/चंदर Anand/आनंद Ananda/आनंदा Anant/अनंत Hemant/हेमंत Hemanta/हेमंता
    Vasant/वसंत Shanti/शांति Shanta/शांता Santosh/संतोष Sanjay/संजय Sanjiv/संजीव Sanjeev/संजीव
    Rajiv/राजीव Rajeev/राजीव Ajay/अजय Vijay/विजय Vijaya/विजया Jaya/जया Jay/जय Deepa/दीपा
    Deepak/दीपक Dipa/दीपा Sita/सीता Gita/गीता Geeta/गीता Rita/रीता Savita/सविता Kavita/कविता
    Babita/बबीता Lalita/ललिता Lalit/ललित Mohit/मोहित Rohit/रोहित Rohini/रोहिणी Mohini/मोहिनी
    Tara/तारा Tarak/तारक Zara/ज़ारा Sara/सारा Sarla/सरला Sarala/सरला Shalini/शालिनी
    Malini/मालिनी Nalini/नलिनी Nandini/नंदिनी
    """
)
FAMILY = _pairs(
    """
    Verma/वर्मा Varma/वर्मा Sharma/शर्मा Sarma/सरमा Karmakar/कर्मकार Kumar/कुमार Kumari/कुमारी
    Khan/ख़ान Khanna/खन्ना Singh/सिंह Sinha/सिन्हा Simha/सिम्हा Das/दास Dass/दास
    Dasgupta/दासगुप्त Gupta/गुप्ता Gaur/गौर Gaud/गौड़ Gowda/गौड़ा Rathod/राठोड Rathore/राठौड़
    Rao/राव Rai/राय Ray/रे Roy/रॉय Saha/साहा Shah/शाह Sahu/साहू Sahni/साहनी Sahai/सहाय
    Mishra/मिश्रा Misra/मिश्र Pandit/पंडित Pandey/पांडेय Pande/पांडे Pant/पन्त Panth/पंथ
    Swami/स्वामी Nair/नायर Nayar/नय्यर Nayyar/नैयर Pillai/पिल्लै Menon/मेनन Iyer/अय्यर
    Iyengar/अयंगार Reddy/रेड्डी Naidu/नायडू Patel/पटेल Patil/पाटिल Pawar/पवार Powar/पोवार
    Joshi/जोशी Desai/देसाई Mehta/मेहता Mehra/मेहरा Malhotra/मल्होत्रा Mall/मल्ल Mali/माली
    Malik/मलिक Mallik/मल्लिक Karnik/कर्णिक Kamik/कामिक Kale/काले Kaul/कौल Kaur/कौर Kapoor/कपूर
    Kapur/कपूर Chopra/चोपड़ा Chauhan/चौहान Bose/बोस Basu/बसु Sen/सेन Sethi/सेठी Sood/सूद Sud/सूद
    Arora/अरोड़ा Ahmed/अहमद Ahmad/अहमद Ansari/अंसारी Hussain/हुसैन Hasan/हसन D'Souza/डिसूज़ा
    Fernandes/फ़र्नांडिस Lal/लाल Lall/लाल्ल Bhatt/भट्ट Bhatia/भाटिया Thakur/ठाकुर Tagore/टैगोर
    Yadav/यादव Jadhav/जाधव
    """
)
MIDDLE = _pairs(
    """
    Kumar/कुमार Chandra/चंद्र Prasad/प्रसाद Nath/नाथ Lal/लाल Devi/देवी Rani/रानी Mohan/मोहन
    Prakash/प्रकाश Bhushan/भूषण Narayan/नारायण Shankar/शंकर Krishna/कृष्ण Das/दास Raj/राज K/के
    R/आर S/एस M/एम V/वी
    """
)


def names(number: int, seed: int = 1) -> Iterator[str]:
    """So many different names, half of them in Devanagari."""
    choice, seen = Random(seed).choice, set[str]()
    while len(seen) < number:
        script = choice((0, 1))
        parts = [choice(GIVEN), *choice(([], [choice(MIDDLE)], [choice(MIDDLE), choice(MIDDLE)])), choice(FAMILY)]
        name = " ".join(part[script] for part in parts)
        if name not in seen:
            seen.add(name)
            yield name
